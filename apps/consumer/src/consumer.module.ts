import type { ConsumerConfig } from '@drivewatch/config';
import { RedisModule, workerConnection } from '@drivewatch/redis';
import { type DynamicModule, Module } from '@nestjs/common';
import { ArchiveModule } from './archive/archive.module';
import { ArchiveProcessor } from './archive/archive.processor';
import { ConfigModule } from './config.module';
import { MetricsModule } from './metrics.module';
import { StoreRecordsModule } from './store-records/store-records.module';
import { StoreRecordsProcessor } from './store-records/store-records.processor';

@Module({ imports: [StoreRecordsModule, ArchiveModule, MetricsModule] })
export class ConsumerModule {
  static for(config: ConsumerConfig): DynamicModule {
    StoreRecordsProcessor.register(config);
    ArchiveProcessor.register(config);
    return {
      module: ConsumerModule,
      imports: [
        ConfigModule.for(config),
        RedisModule.for(workerConnection(config.REDIS_URL), config.REDIS_DURABILITY),
      ],
    };
  }
}
