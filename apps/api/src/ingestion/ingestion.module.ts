import { RECORD_QUEUE } from '@drivewatch/contracts';
import type { ApiConfig } from '@drivewatch/config';
import { SchemaWatch } from '@drivewatch/persistence';
import { RECORD_JOB_OPTIONS, RedisModule } from '@drivewatch/redis';
import { Logger, Module } from '@nestjs/common';
import { API_CONFIG } from '../config.module';
import { AlertsModule } from '../alerts/alerts.module';
import { LiveSpeedsModule } from '../live-speeds/live-speeds.module';
import { AdmittedDrivers } from './drivers/admitted-drivers';
import { NewDrivers } from './drivers/new-drivers.service';
import { RememberedContents } from './ids/remembered-contents';
import { StoredIds } from './ids/stored-ids';
import { UsedIds } from './ids/used-ids.service';
import { IngestionMetrics } from './ingestion-metrics';
import { IngestionService } from './ingestion.service';
import { RecordQueueService } from './record-queue.service';
import { RecordRoute } from './record-route';
import { RedisHeadroom } from './redis-headroom';
import { RecordWarnings } from './warnings/record-warnings';

/** `POST /addData`, from the body to the queue. */
@Module({
  imports: [
    RedisModule.queues({ name: RECORD_QUEUE, defaultJobOptions: RECORD_JOB_OPTIONS }),
    AlertsModule,
    LiveSpeedsModule,
  ],
  providers: [
    AdmittedDrivers,
    IngestionMetrics,
    IngestionService,
    NewDrivers,
    RecordWarnings,
    RecordQueueService,
    RecordRoute,
    RedisHeadroom,
    {
      provide: SchemaWatch,
      inject: [API_CONFIG],
      useFactory: (config: ApiConfig) => new SchemaWatch(config.DATABASE_URL, new Logger('Schema')),
    },
    RememberedContents,
    StoredIds,
    UsedIds,
  ],
  exports: [IngestionMetrics, NewDrivers],
})
export class IngestionModule {}
