import type { ApiConfig } from '@drivewatch/config';
import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule } from './config.module';
import { DatabaseModule } from './database.module';
import { IngestionModule } from './ingestion/ingestion.module';
import { RedisModule } from './redis/redis.module';
import { SchedulerModule } from './scheduler/scheduler.module';

@Module({ imports: [RedisModule, DatabaseModule, IngestionModule, SchedulerModule] })
export class AppModule {
  static for(config: ApiConfig): DynamicModule {
    return { module: AppModule, imports: [ConfigModule.for(config)] };
  }
}
