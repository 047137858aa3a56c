import type { ConsumerConfig } from '@drivewatch/config';
import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule } from './config.module';
import { RedisModule } from './redis/redis.module';
import { StoreRecordsModule } from './store-records/store-records.module';

@Module({ imports: [RedisModule, StoreRecordsModule] })
export class ConsumerModule {
  static for(config: ConsumerConfig): DynamicModule {
    return { module: ConsumerModule, imports: [ConfigModule.for(config)] };
  }
}
