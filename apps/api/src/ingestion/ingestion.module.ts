import { RECORD_QUEUE } from '@drivewatch/contracts';
import { RECORD_JOB_OPTIONS } from '@drivewatch/record-queue';
import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { GatewayModule } from '../gateway/gateway.module';
import { IngestionController } from './ingestion.controller';
import { IngestionService } from './ingestion.service';
import { RecordQueueService } from './record-queue.service';

@Module({
  imports: [
    BullModule.registerQueue({ name: RECORD_QUEUE, defaultJobOptions: RECORD_JOB_OPTIONS }),
    GatewayModule,
  ],
  controllers: [IngestionController],
  providers: [IngestionService, RecordQueueService],
})
export class IngestionModule {}
