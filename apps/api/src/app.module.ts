import type { ApiConfig } from '@drivewatch/config';
import { producerConnection, RedisModule } from '@drivewatch/redis';
import { type DynamicModule, Module } from '@nestjs/common';
import { AccessModule } from './access/access.module';
import { AuditModule } from './audit/audit.module';
import { ConfigModule } from './config.module';
import { DatabaseModule } from './database.module';
import { IngestionModule } from './ingestion/ingestion.module';
import { HealthModule } from './health/health.module';
import { SchedulerModule } from './scheduler/scheduler.module';

@Module({
  imports: [AccessModule, AuditModule, DatabaseModule, IngestionModule, SchedulerModule, HealthModule],
})
export class AppModule {
  static for(config: ApiConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.for(config),
        RedisModule.for(
          producerConnection(config.REDIS_URL, config.REDIS_TIMEOUT_MS),
          config.REDIS_DURABILITY,
        ),
      ],
    };
  }
}
