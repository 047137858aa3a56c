import { RECORD_QUEUE, type RecordJob, recordJobSchema } from '@drivewatch/contracts';
import { DrivingRecordRepository, isPermanentStoreError } from '@drivewatch/persistence';
import type { ConsumerConfig } from '@drivewatch/config';
import { silenceOutages } from '@drivewatch/record-queue';
import { InjectQueue, OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { type Job, type Queue, UnrecoverableError, Worker } from 'bullmq';
import { z } from 'zod';
import { CONSUMER_CONFIG } from '../config.module';

/** How long all consumers leave the database alone after it could not be reached. */
const DATABASE_PAUSE_MS = 1_000;

/**
 * A job of a consumer that died is given to another one after the lock has run out (checked every stalled interval).
 * However often that happens, the job never fails for it: its records were acknowledged.
 */
const WORKER_OPTIONS = {
  lockDuration: 10_000,
  stalledInterval: 5_000,
  maxStalledCount: Number.MAX_SAFE_INTEGER,
  // No limit in practice; BullMQ heeds the pause of `queue.rateLimit` only where a limit is set.
  limiter: { max: Number.MAX_SAFE_INTEGER - 1, duration: 1_000 },
};

/** Stores the records of each job, in order of arrival. A job may run twice: records that are stored already stay. */
@Processor(RECORD_QUEUE, WORKER_OPTIONS)
export class StoreRecordsProcessor extends WorkerHost implements OnApplicationBootstrap {
  private readonly logger = new Logger(StoreRecordsProcessor.name);
  private databaseAway = false;

  constructor(
    private readonly records: DrivingRecordRepository,
    @InjectQueue(RECORD_QUEUE) private readonly queue: Queue<RecordJob>,
    @Inject(CONSUMER_CONFIG) private readonly config: ConsumerConfig,
  ) {
    super();
    silenceOutages(queue);
  }

  /** Here rather than in the decorator, whose arguments are evaluated before the environment has been read. */
  onApplicationBootstrap(): void {
    this.worker.concurrency = this.config.CONSUMER_CONCURRENCY;
  }

  /**
   * @returns how many records were new
   * @throws UnrecoverableError for a job that can never succeed; it is kept among the failed ones
   */
  async process(job: Job<unknown>): Promise<{ stored: number }> {
    const parsed = recordJobSchema.safeParse(job.data);
    if (!parsed.success)
      throw new UnrecoverableError(`Not a job of records: ${z.prettifyError(parsed.error)}`);
    try {
      const stored = await this.records.insertNew(parsed.data);
      if (this.databaseAway) this.logger.log('PostgreSQL is back');
      this.databaseAway = false;
      return { stored };
    } catch (error) {
      if (isPermanentStoreError(error)) throw new UnrecoverableError(messageOf(error));
      return await this.waitForDatabase(error);
    }
  }

  /** Puts the job back to the head of the queue, and all consumers to sleep for a moment; it counts as no attempt. */
  private async waitForDatabase(error: unknown): Promise<never> {
    if (!this.databaseAway)
      this.logger.error(`Jobs wait, since PostgreSQL cannot store: ${messageOf(error)}`);
    this.databaseAway = true;
    await this.queue.rateLimit(DATABASE_PAUSE_MS);
    throw Worker.RateLimitError();
  }

  @OnWorkerEvent('failed')
  onFailed(job: Job | undefined, error: Error): void {
    this.logger.error(
      `Job ${job?.id ?? '(unknown)'} can never be stored and is kept as failed: ${error.message}`,
    );
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.logger.warn(`Queue worker: ${error.message}`);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
