import { type ConsumerConfig, recordsBucketUrl } from '@drivewatch/config';
import { ARCHIVE_QUEUE } from '@drivewatch/contracts';
import { openObjectStore } from '@drivewatch/object-store';
import { RedisModule } from '@drivewatch/redis';
import { Module } from '@nestjs/common';
import { CONSUMER_CONFIG } from '../config.module';
import { ARCHIVE_JOB_OPTIONS, ArchiveProcessor, RECORDS_STORE } from './archive.processor';

@Module({
  imports: [RedisModule.queues({ name: ARCHIVE_QUEUE, defaultJobOptions: ARCHIVE_JOB_OPTIONS })],
  providers: [
    {
      provide: RECORDS_STORE,
      inject: [CONSUMER_CONFIG],
      useFactory: (config: ConsumerConfig) =>
        openObjectStore(recordsBucketUrl(config), { s3Endpoint: config.S3_ENDPOINT, isPrivate: true }),
    },
    ArchiveProcessor,
  ],
})
export class ArchiveModule {}
