import type { ConsumerConfig } from '@drivewatch/config';
import { RedisModule, workerConnection } from '@drivewatch/record-queue';
import { type DynamicModule, Module } from '@nestjs/common';
import { ArchiveModule } from './archive/archive.module';
import { ConfigModule } from './config.module';
import { MetricsModule } from './metrics.module';
import { StoreRecordsModule } from './store-records/store-records.module';

@Module({ imports: [StoreRecordsModule, ArchiveModule, MetricsModule] })
export class ConsumerModule {
  static for(config: ConsumerConfig): DynamicModule {
    return {
      module: ConsumerModule,
      imports: [ConfigModule.for(config), RedisModule.for(workerConnection(config.REDIS_URL))],
    };
  }
}
