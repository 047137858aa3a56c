import type { ConsumerConfig } from '@drivewatch/config';
import { ARCHIVE_QUEUE, ARCHIVE_RECORDS_JOB } from '@drivewatch/contracts';
import type { ObjectStore } from '@drivewatch/object-store';
import {
  archiveRecords,
  ArchiveUnderWayError,
  describeTotals,
  dropArchivedDays,
} from '@drivewatch/record-archive';
import { REDIS, type RedisClient, RepeatedWarning } from '@drivewatch/redis';
import { InjectQueue, OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { DefaultJobOptions, Queue } from 'bullmq';
import {
  MetricsPublisher,
  noteArchiveFailure,
  noteArchiveInterval,
  noteArchiveSuccess,
} from '@drivewatch/server';
import { Counter } from 'prom-client';
import { CONSUMER_CONFIG } from '../config.module';
import { jobLockOptions } from '../job-lock-options';

/** The injection token of the bucket that records are archived in. */
export const RECORDS_STORE = Symbol('RECORDS_STORE');

/** A failed job is not kept, because the next interval brings another one. */
export const ARCHIVE_JOB_OPTIONS: DefaultJobOptions = { removeOnComplete: true, removeOnFail: true };

/** Archives new records at every interval; the consumer that takes the job does it. */
@Injectable()
export class ArchiveProcessor
  extends WorkerHost
  implements OnApplicationBootstrap, BeforeApplicationShutdown
{
  private readonly logger = new Logger('Archive');
  private readonly trouble = new RepeatedWarning(this.logger);
  private readonly stop = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private readonly daysDropped: Counter;

  constructor(
    @InjectQueue(ARCHIVE_QUEUE) private readonly queue: Queue,
    @Inject(RECORDS_STORE) private readonly store: ObjectStore,
    @Inject(CONSUMER_CONFIG) private readonly config: ConsumerConfig,
    { registry }: MetricsPublisher,
    @Inject(REDIS) private readonly redis: RedisClient,
  ) {
    super();
    this.daysDropped = new Counter({
      name: 'drivewatch_days_dropped_total',
      help: 'Days of records that retention has dropped from PostgreSQL',
      registers: [registry],
    });
  }

  /**
   * Registers this class as StoreRecordsProcessor does. If a consumer dies during a run, another one repeats the run
   * when the lock has expired rather than at the next interval.
   */
  static register(config: ConsumerConfig): void {
    Processor(ARCHIVE_QUEUE, { ...jobLockOptions(config), concurrency: 1 })(ArchiveProcessor);
  }

  /** Does not wait: Redis may be away when the program starts, and the schedule is created once it is up. */
  onApplicationBootstrap(): void {
    this.schedule().catch((error: unknown) => {
      if (this.stop.signal.aborted) return;
      this.logger.error(`The archive could not be scheduled: ${messageOf(error)}`);
    });
  }

  /** Stops the run under way first, since closing a worker waits for it. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort(new Error('The program ends'));
    await this.running;
    await this.worker.close();
  }

  /** @throws Error when the records cannot be archived now */
  async process(): Promise<void> {
    const running = this.archive();
    this.running = running.catch(() => undefined);
    await running;
  }

  @OnWorkerEvent('failed')
  onFailed(_job: unknown, error: Error): void {
    this.logger.error(`Records were not archived, and will be with the next run: ${error.message}`);
    this.note(noteArchiveFailure(this.redis));
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.trouble.say(`Queue worker: ${error.message}`);
  }

  /** There is one schedule, however many consumers create it. */
  private async schedule(): Promise<void> {
    const every = this.config.ARCHIVE_EVERY;
    if (every === 0) await this.queue.removeJobScheduler(ARCHIVE_RECORDS_JOB);
    else await this.queue.upsertJobScheduler(ARCHIVE_RECORDS_JOB, { every }, { name: ARCHIVE_RECORDS_JOB });
    await noteArchiveInterval(this.redis, every);
  }

  /** A note that cannot be made changes nothing about the archive; without Redis no run begins anyway. */
  private note(noting: Promise<void>): void {
    noting.catch((error: unknown) =>
      this.trouble.say(`The archive's run could not be noted: ${messageOf(error)}`),
    );
  }

  /**
   * Drops old days. This comes after the archive, which makes days ready to be dropped; without an archive none ever
   * is.
   *
   * @returns how many days are kept because the bucket does not hold all of their records
   */
  private async dropOldDays(): Promise<number> {
    const { DATABASE_URL, RETENTION_DAYS } = this.config;
    if (RETENTION_DAYS === undefined) return 0;
    const { dropped, kept, differing } = await dropArchivedDays(
      DATABASE_URL,
      this.store,
      RETENTION_DAYS,
      Date.now(),
      this.stop.signal,
    );
    this.daysDropped.inc(dropped.length);
    if (dropped.length > 0) this.logger.log(`Dropped from PostgreSQL, being archived: ${spanOf(dropped)}`);
    if (kept.length > 0)
      this.logger.warn(
        `Older than ${RETENTION_DAYS} days, but not archived yet, not in the bucket or in use: ${spanOf(kept)}`,
      );
    const [difference] = differing;
    if (difference !== undefined)
      this.logger.error(
        `Kept in PostgreSQL, since the bucket does not hold all of it: ${difference}${andOthers(differing)}. Run: npm run after-restore`,
      );
    return differing.length;
  }

  private async archive(): Promise<void> {
    const { signal } = this.stop;
    try {
      const totals = await archiveRecords({
        databaseUrl: this.config.DATABASE_URL,
        store: this.store,
        timeZone: this.config.FLEET_TIME_ZONE,
        signal,
      });
      if (totals.records > 0) this.logger.log(`Archived ${describeTotals(totals)}`);
      const differingDays = await this.dropOldDays();
      this.note(noteArchiveSuccess(this.redis, differingDays));
    } catch (error) {
      if (error instanceof ArchiveUnderWayError) this.logger.log(error.message);
      else if (signal.aborted) this.logger.log('The archive was stopped; the next run writes it again');
      else throw error;
    }
  }
}

const spanOf = (days: readonly string[]): string =>
  days.length === 1 ? `${days[0]}` : `${days.length} days from ${days[0]} to ${days.at(-1)}`;

const andOthers = (list: readonly string[]): string =>
  list.length === 1 ? '' : ` (and ${list.length - 1} other days)`;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
