import {
  keepRows,
  NewerJobError,
  readRecordJob,
  RECORD_QUEUE,
  type RecordJob,
  type RecordJobContent,
} from '@drivewatch/contracts';
import {
  DrivingRecordRepository,
  type Refusal,
  SchemaWatch,
  storeAllButRefused,
} from '@drivewatch/persistence';
import type { ConsumerConfig } from '@drivewatch/config';
import { RepeatedWarning } from '@drivewatch/redis';
import { InjectQueue, OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DelayedError, type Job, type Queue, UnrecoverableError, Worker } from 'bullmq';
import * as z from 'zod';
import { jobLockOptions } from '../job-lock-options';
import { StoreMetrics } from './store-metrics';

/** How long all consumers leave the database alone after it could not be reached. */
const DATABASE_PAUSE_MS = 1_000;
/** How long a job waits if only a newer consumer can store it. */
const NEWER_JOB_PAUSE_MS = 5_000;
/** The wait grows by this for each such job, so that no more than some 200 a second are looked at. */
const NEWER_JOB_SHARE_MS = 5;
/** How many records the reason of a failed job names. */
const MAX_NAMED = 5;
/** The device was answered 202, since PostgreSQL and Redis could not be asked about the id. */
const USED_OTHERWISE = 'its recordId or Idempotency-Key was used before for another record, which stays';

/** Stores the records of each job, in order of arrival. A job may run twice: records that are stored already stay. */
@Injectable()
export class StoreRecordsProcessor
  extends WorkerHost
  implements OnApplicationBootstrap, BeforeApplicationShutdown
{
  private readonly logger = new Logger(StoreRecordsProcessor.name);
  private readonly trouble = new RepeatedWarning(this.logger);
  private readonly newer = new RepeatedWarning(this.logger);
  private databaseAway = false;

  constructor(
    private readonly records: DrivingRecordRepository,
    private readonly metrics: StoreMetrics,
    @InjectQueue(RECORD_QUEUE) private readonly queue: Queue<RecordJob>,
    private readonly schema: SchemaWatch,
  ) {
    super();
  }

  /**
   * Makes this class the processor of the queue. A decorator's arguments are evaluated before the environment has been
   * read, so the decorator is applied here.
   *
   * The job of a consumer that died is given to another one after the lock has expired (checked every stalled
   * interval). However often that happens, the job never fails because of it: its records were acknowledged.
   */
  static register(config: ConsumerConfig): void {
    Processor(RECORD_QUEUE, {
      ...jobLockOptions(config),
      concurrency: config.CONSUMER_CONCURRENCY,
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      // This is no limit in practice; BullMQ heeds the pause of `queue.rateLimit` only if a limit is set.
      limiter: { max: Number.MAX_SAFE_INTEGER - 1, duration: 1_000 },
    })(StoreRecordsProcessor);
  }

  /** If a newer version has changed the schema so that this one cannot store, jobs are left to newer consumers. */
  onApplicationBootstrap(): void {
    this.schema.start((isTooNew) => {
      const changing = isTooNew ? this.worker.pause() : Promise.resolve(this.worker.resume());
      changing.catch((error: unknown) => {
        this.trouble.say(messageOf(error));
      });
    });
  }

  /** Takes no more jobs and finishes those under way, while PostgreSQL and Redis are still connected. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.close();
    await this.schema.stop();
  }

  /**
   * Stores a job's records. One that can never be stored does not hold up the others: they are stored, and it stays
   * behind in the job, which then fails and is kept. When a consumer that can store it runs the job again, the job
   * holds what is left to do.
   *
   * @param token the token with which the worker holds the job
   * @returns how many records were new
   * @throws DelayedError for a job of a newer version, which stays in the queue
   * @throws UnrecoverableError for a job with something that can never be stored
   */
  async process(job: Job<RecordJob>, token?: string): Promise<{ stored: number }> {
    // A worker that is waiting for a job when it is paused may take one more.
    if (this.schema.isTooNew) return await this.putOff(job, token);
    const content = readJob(job);
    if (content instanceof NewerJobError) return await this.leaveToNewer(job, content, token);
    const { records, unreadable } = content;
    const { stored, refused, usedOtherwise } = await this.store(records);
    if (this.databaseAway) this.logger.log('PostgreSQL is back');
    this.databaseAway = false;
    const setAside: SetAside[] = [
      ...unreadable,
      ...refused.map(({ item: { row, record }, reason }) => ({ row, problem: `id ${record.id}: ${reason}` })),
      ...usedOtherwise.map(({ row, record }) => ({ row, problem: `id ${record.id}: ${USED_OTHERWISE}` })),
    ].sort((one, other) => one.row - other.row);
    const conflicting = usedOtherwise.length;
    const duplicates = records.length - refused.length - conflicting - stored;
    this.metrics.count({ stored, duplicates, conflicting, setAside: setAside.length });
    if (setAside.length === 0) return { stored };
    const total = job.data.rows.length;
    // The rest is stored. If this consumer dies right here, another one finds it stored and reaches this point again.
    if (setAside.length < total)
      await job.updateData(
        keepRows(
          job.data,
          setAside.map(({ row }) => row),
        ),
      );
    throw new UnrecoverableError(describe(setAside, total));
  }

  private async store(records: readonly JobRow[]): Promise<Stored> {
    try {
      const { stored, refused } = await storeAllButRefused(records, (part) =>
        this.metrics.time(() => this.records.insertNew(part.map(({ record }) => record))),
      );
      const wrong = new Set(refused.map(({ item }) => item));
      const stays = stored + refused.length < records.length;
      const usedOtherwise = stays ? await this.usedOtherwise(records.filter((row) => !wrong.has(row))) : [];
      return { stored, refused, usedOtherwise };
    } catch (error) {
      return await this.waitForDatabase(error);
    }
  }

  /** Finds, among records of which some were not new, those whose ids stand for others. */
  private async usedOtherwise(records: readonly JobRow[]): Promise<JobRow[]> {
    const found = new Set(await this.records.usedOtherwise(records.map(({ record }) => record)));
    return records.filter(({ record }) => found.has(record));
  }

  /**
   * Puts the job back at the head of the queue and pauses all consumers for a moment; this does not count as an
   * attempt.
   */
  private async waitForDatabase(error: unknown): Promise<never> {
    if (!this.databaseAway)
      this.logger.error(`Jobs wait, since PostgreSQL cannot store: ${messageOf(error)}`);
    this.databaseAway = true;
    await this.queue.rateLimit(DATABASE_PAUSE_MS);
    throw Worker.RateLimitError();
  }

  /**
   * Puts the job back for a newer consumer; this does not count as an attempt, and other jobs are stored meanwhile. As
   * long as there is no newer consumer, it is waiting work that nobody does, and the health check says so.
   */
  private async leaveToNewer(job: Job, { message }: NewerJobError, token?: string): Promise<never> {
    this.newer.say(`${message}; it waits for a newer consumer`);
    return await this.putOff(job, token);
  }

  /** Puts the job back for some seconds; this does not count as an attempt. */
  private async putOff(job: Job, token?: string): Promise<never> {
    const pauseMs = NEWER_JOB_PAUSE_MS + (await this.queue.getDelayedCount()) * NEWER_JOB_SHARE_MS;
    await job.moveToDelayed(Date.now() + pauseMs, token);
    throw new DelayedError();
  }

  @OnWorkerEvent('failed')
  onFailed(job: Job | undefined, error: Error): void {
    this.logger.error(
      `Job ${job?.id ?? '(unknown)'} can never be stored as it is and is kept as failed: ${error.message}`,
    );
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.trouble.say(`Queue worker: ${error.message}`);
  }
}

type JobRow = RecordJobContent['records'][number];

/** What happened to the records of a job; those not counted here were stored already. */
interface Stored {
  stored: number;
  refused: Refusal<JobRow>[];
  /** Records that are not stored, because their ids stand for others. */
  usedOtherwise: JobRow[];
}

interface SetAside {
  row: number;
  problem: string;
}

function readJob(job: Job<RecordJob>): RecordJobContent | NewerJobError {
  try {
    return readRecordJob(job.data);
  } catch (error) {
    if (error instanceof NewerJobError) return error;
    if (!(error instanceof z.ZodError)) throw error;
    throw new UnrecoverableError(`Not a job of records: ${z.prettifyError(error)}`);
  }
}

const describe = (setAside: readonly SetAside[], total: number): string => {
  const named = setAside.slice(0, MAX_NAMED).map(({ row, problem }) => `row ${row + 1}: ${problem}`);
  const unnamed = setAside.length - named.length;
  const more = unnamed > 0 ? [`and ${unnamed} more`] : [];
  return `${setAside.length} of ${total} records cannot be stored and are set aside; ${[...named, ...more].join('; ')}`;
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
