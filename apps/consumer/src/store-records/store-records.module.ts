import { RECORD_QUEUE } from '@drivewatch/contracts';
import type { ConsumerConfig } from '@drivewatch/config';
import { MetricsPublisher } from '@drivewatch/server';
import {
  Database,
  type DataSourceOptions,
  DrivingRecordRepository,
  RecordPartitionRepository,
  SchemaWatch,
} from '@drivewatch/persistence';
import { RECORD_JOB_OPTIONS, RedisModule } from '@drivewatch/redis';
import { Inject, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CONSUMER_CONFIG } from '../config.module';
import { PartitionKeeper } from './partition-keeper';
import { StoreMetrics } from './store-metrics';
import { StoreRecordsProcessor } from './store-records.processor';

/** Partitions have a connection of their own beside the stores, because moving many records takes long. */
const PARTITION_DATABASE = Symbol('PARTITION_DATABASE');
const PARTITION_OPTIONS: DataSourceOptions = { poolSize: 1, statementTimeoutMs: 600_000 };

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
      provide: PARTITION_DATABASE,
      inject: [CONSUMER_CONFIG],
      useFactory: (config: ConsumerConfig) => new Database(config.DATABASE_URL, PARTITION_OPTIONS),
    },
    {
      provide: PartitionKeeper,
      inject: [PARTITION_DATABASE],
      useFactory: (database: Database) => new PartitionKeeper(new RecordPartitionRepository(database)),
    },
    {
      provide: StoreMetrics,
      inject: [MetricsPublisher],
      useFactory: ({ registry }: MetricsPublisher) => new StoreMetrics(registry),
    },
    {
      provide: SchemaWatch,
      inject: [CONSUMER_CONFIG],
      useFactory: (config: ConsumerConfig) => new SchemaWatch(config.DATABASE_URL, new Logger('Schema')),
    },
    StoreRecordsProcessor,
  ],
})
export class StoreRecordsModule implements OnApplicationShutdown {
  constructor(
    private readonly database: Database,
    @Inject(PARTITION_DATABASE) private readonly partitionDatabase: Database,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.database.close(), this.partitionDatabase.close()]);
  }
}
