import { setTimeout as wait } from 'node:timers/promises';
import {
  type AcceptedRecord,
  RECORD_QUEUE,
  type RecordJob,
  STORE_RECORDS_JOB,
  toRecordJob,
} from '@drivewatch/contracts';
import type { ApiConfig } from '@drivewatch/config';
import { SchemaWatch } from '@drivewatch/persistence';
import { InjectQueue } from '@nestjs/bullmq';
import { QuietQueue, REDIS, type RedisClient } from '@drivewatch/redis';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { API_CONFIG } from '../config.module';
import { OverspeedAlertsService } from '../alerts/overspeed-alerts.service';
import type { OverspeedNews } from '../alerts/overspeed-news';
import { GroupCommit } from './group-commit';
import { QueueUnavailableError, queueFull, schemaTooNew } from './ingestion-errors';
import { QueueGauge } from './queue-gauge';
import { RedisHeadroom } from './redis-headroom';

/**
 * With fewer records waiting, a second job is not worth its own sync of Redis and transaction of PostgreSQL. Measured
 * at 2,000 records/s: about half the jobs, and a shorter wait for the slowest alerts, since everything has less to do.
 */
const MIN_RECORDS_OF_SECOND_JOB = 8;
/** Two: one is on its way to Redis while the answer to the other is read. */
const MAX_JOBS_UNDER_WAY = 2;
/** Keeps a job below about 200 kB; a consumer stores it with one statement. */
const MAX_RECORDS_PER_JOB = 500;
/** One request's records are a job of their own from this number on; fewer share a job with other requests. */
const MIN_RECORDS_OF_OWN_JOB = 100;

/** Hands accepted records to the queue, and their overspeeding news to the alerts; concurrent callers share jobs. */
@Injectable()
export class RecordQueueService
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  private readonly jobs = new GroupCommit<AcceptedRecord>((records) => this.addJob(records).then(() => []), {
    maxUnderWay: MAX_JOBS_UNDER_WAY,
    maxGroupSize: MAX_RECORDS_PER_JOB,
    minGroupSizeBehind: MIN_RECORDS_OF_SECOND_JOB,
  });

  private readonly gauge = new QueueGauge(async () => {
    if (this.redis.status !== 'ready') throw new QueueUnavailableError(`Redis is ${this.redis.status}`);
    return await this.queue.getJobCountByTypes('waiting', 'prioritized', 'delayed');
  });

  constructor(
    @InjectQueue(RECORD_QUEUE) private readonly queue: QuietQueue<RecordJob>,
    @Inject(REDIS) private readonly redis: RedisClient,
    @Inject(API_CONFIG) private readonly config: ApiConfig,
    private readonly headroom: RedisHeadroom,
    private readonly alerts: OverspeedAlertsService,
    private readonly schema: SchemaWatch,
  ) {}

  onApplicationBootstrap(): void {
    this.gauge.start();
    this.schema.start();
  }

  /**
   * Resolves when records can be queued, or after `limitMs` if they cannot: an API starts even if its Redis is away.
   */
  async waitUntilReady(limitMs: number): Promise<void> {
    await Promise.race([this.queue.waitUntilReady().catch(() => undefined), wait(limitMs)]);
    await this.gauge.poll();
  }

  beforeApplicationShutdown(): void {
    this.gauge.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.schema.stop();
  }

  /**
   * Resolves once Redis has confirmed the record.
   *
   * @throws QueueUnavailableError while Redis does not answer; ProblemError while the schema is too new
   */
  enqueue(record: AcceptedRecord): Promise<void> {
    return this.jobs.add(record);
  }

  /**
   * Does the same as {@link enqueue} for up to `MAX_RECORDS_PER_JOB` records: all of them are confirmed, or none is
   * known to be.
   *
   * @throws ProblemError when the queue is full, or the schema too new
   */
  async enqueueAll(records: AcceptedRecord[]): Promise<void> {
    // Records added since the last count may be stored already; an upload should not end because of them.
    if (this.isFull) await this.gauge.poll();
    this.refuseWhenFull();
    if (records.length >= MIN_RECORDS_OF_OWN_JOB) await this.addJob(records);
    else await Promise.all(records.map((record) => this.jobs.add(record)));
  }

  /** @throws ProblemError while as many jobs wait as QUEUE_MAX allows */
  refuseWhenFull(): void {
    if (this.isFull) throw queueFull(this.config.QUEUE_MAX);
  }

  private get isFull(): boolean {
    return this.gauge.jobs >= this.config.QUEUE_MAX;
  }

  private async addJob(records: AcceptedRecord[]): Promise<void> {
    // BullMQ would wait for a connection however long that takes; a device is answered at once instead.
    if (this.redis.status !== 'ready') throw new QueueUnavailableError(`Redis is ${this.redis.status}`);
    if (this.headroom.isShort) throw new QueueUnavailableError('Redis is nearly full');
    // If they were acknowledged now, they would wait for a consumer that can store them.
    if (this.schema.isTooNew) throw schemaTooNew();
    const news = this.alerts.newsOf(records);
    try {
      await this.queueTogether(toRecordJob(records), news);
    } catch (cause) {
      throw new QueueUnavailableError('Redis did not confirm the job', { cause });
    }
    this.gauge.countAdded();
    this.alerts.tell(news);
  }

  /** Queues the records and notes their overspeeding news in the same step, so that no crash separates the two. */
  private async queueTogether(job: RecordJob, news: readonly OverspeedNews[]): Promise<void> {
    if (news.length === 0) await this.queue.add(STORE_RECORDS_JOB, job);
    else
      await this.queue.addTogether(STORE_RECORDS_JOB, job, (transaction) => {
        this.alerts.noteIn(transaction, news);
      });
  }
}
