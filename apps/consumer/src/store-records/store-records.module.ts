import { RECORD_QUEUE } from '@drivewatch/contracts';
import type { ConsumerConfig } from '@drivewatch/config';
import { MetricsPublisher } from '@drivewatch/operations';
import { Database, DrivingRecordRepository } from '@drivewatch/persistence';
import { RECORD_JOB_OPTIONS, RedisModule } from '@drivewatch/record-queue';
import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { CONSUMER_CONFIG } from '../config.module';
import { StoreMetrics } from './store-metrics';
import { StoreRecordsProcessor } from './store-records.processor';

@Module({
  imports: [RedisModule.queues({ name: RECORD_QUEUE, defaultJobOptions: RECORD_JOB_OPTIONS })],
  providers: [
    {
      provide: Database,
      inject: [CONSUMER_CONFIG],
      useFactory: (config: ConsumerConfig) =>
        new Database(config.DATABASE_URL, { poolSize: config.CONSUMER_CONCURRENCY }),
    },
    {
      provide: DrivingRecordRepository,
      inject: [Database],
      useFactory: (database: Database) => new DrivingRecordRepository(database),
    },
    {
      provide: StoreMetrics,
      inject: [MetricsPublisher],
      useFactory: ({ registry }: MetricsPublisher) => new StoreMetrics(registry),
    },
    StoreRecordsProcessor,
  ],
})
export class StoreRecordsModule implements OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
