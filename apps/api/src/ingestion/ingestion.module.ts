import { RECORD_QUEUE } from '@drivewatch/contracts';
import { RECORD_JOB_OPTIONS, RedisModule } from '@drivewatch/record-queue';
import { Module } from '@nestjs/common';
import { GatewayModule } from '../gateway/gateway.module';
import { AdmittedDrivers } from './drivers/admitted-drivers';
import { NewDrivers } from './drivers/new-drivers.service';
import { RememberedContents } from './ids/remembered-contents';
import { StoredIds } from './ids/stored-ids';
import { UsedIds } from './ids/used-ids.service';
import { IngestionService } from './ingestion.service';
import { RecordQueueService } from './record-queue.service';
import { RecordRoute } from './record-route';
import { RedisHeadroom } from './redis-headroom';

@Module({
  imports: [RedisModule.queues({ name: RECORD_QUEUE, defaultJobOptions: RECORD_JOB_OPTIONS }), GatewayModule],
  providers: [
    AdmittedDrivers,
    IngestionService,
    NewDrivers,
    RecordQueueService,
    RecordRoute,
    RedisHeadroom,
    RememberedContents,
    StoredIds,
    UsedIds,
  ],
})
export class IngestionModule {}
