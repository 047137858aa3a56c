import { type RecordJob, STORE_RECORDS_JOB } from '@drivewatch/contracts';
import { RECORD_JOB_OPTIONS, type RedisClient, RedisScript, withRecordQueue } from '@drivewatch/redis';
import type { Queue } from 'bullmq';
import removeFailedJobLua from './remove-failed-job-2.lua';

/** How many jobs are read at a time. */
const PAGE = 100;

/** One failed job, for people. */
export interface FailedJob {
  id: string;
  failedAtMs: number;
  /** `null` when the job holds no records that can be counted. */
  records: number | null;
  reason: string;
}

/** Everything that the queue knows of a job; times in UTC, ISO 8601, `null` for what has not happened. */
export interface WholeJob {
  id: string;
  name: string;
  /** BullMQ's name for the state: `failed`, `waiting`, `active` and so on. */
  state: string;
  addedAt: string;
  begunAt: string | null;
  endedAt: string | null;
  attempts: number;
  /** `null` for a job that has not failed. */
  reason: string | null;
  stacktrace: string[];
  data: unknown;
}

/** The failed jobs of the record queue. */
export class FailedJobs {
  private readonly removeScript: RedisScript<0 | 1>;

  private constructor(
    private readonly queue: Queue<RecordJob>,
    private readonly redis: RedisClient,
  ) {
    this.removeScript = new RedisScript(redis, 'removeFailedJob', removeFailedJobLua);
  }

  /** Runs `work` on the queue that Redis holds. @throws Error in one line when Redis cannot be reached */
  static on<T>(redisUrl: string, work: (jobs: FailedJobs) => Promise<T>): Promise<T> {
    return withRecordQueue(redisUrl, (queue, redis) => work(new FailedJobs(queue, redis)));
  }

  count(): Promise<number> {
    return this.queue.getFailedCount();
  }

  /** Yields the failed jobs, the oldest first. */
  async *all(): AsyncGenerator<FailedJob> {
    for (let begin = 0; ; begin += PAGE) {
      const jobs = await this.queue.getJobs(['failed'], begin, begin + PAGE - 1, true);
      for (const { id = '', finishedOn = 0, data, failedReason } of jobs) {
        const { rows } = data as Partial<RecordJob>;
        const records = Array.isArray(rows) ? rows.length : null;
        yield { id, failedAtMs: finishedOn, records, reason: failedReason };
      }
      if (jobs.length < PAGE) return;
    }
  }

  /** Returns the ids of all failed jobs, the oldest first. */
  ids(): Promise<string[]> {
    return this.redis.zrange(this.queue.toKey('failed'), '0', '-1');
  }

  /** @returns a job in any state, with its data as Redis holds it, or `null` when there is none */
  async read(id: string): Promise<{ job: WholeJob; raw: string } | null> {
    const found = await this.queue.getJob(id);
    const raw = await this.redis.hget(this.queue.toKey(id), 'data');
    if (found === undefined || raw === null) return null;
    const { name, timestamp, processedOn, finishedOn, attemptsMade, failedReason, stacktrace } = found;
    const state = await found.getState();
    const job: WholeJob = {
      id,
      name,
      state,
      addedAt: new Date(timestamp).toISOString(),
      begunAt: processedOn === undefined ? null : new Date(processedOn).toISOString(),
      endedAt: finishedOn === undefined ? null : new Date(finishedOn).toISOString(),
      attempts: attemptsMade,
      reason: state === 'failed' ? failedReason : null,
      stacktrace: stacktrace ?? [],
      data: JSON.parse(raw) as unknown,
    };
    return { job, raw };
  }

  /** Makes a job run again. @returns false when it is not one of the failed ones */
  async retry(id: string): Promise<boolean> {
    const job = await this.queue.getJob(id);
    if (job === undefined || !(await job.isFailed())) return false;
    await job.retry('failed');
    return true;
  }

  /** Makes all failed jobs run again. @returns how many there were */
  async retryAll(): Promise<number> {
    const count = await this.count();
    if (count > 0) await this.queue.retryJobs({ state: 'failed' });
    return count;
  }

  /**
   * Deletes a failed job for good.
   *
   * @param raw its data when it was read; a job that was run again or given other data since then stays
   * @returns whether it was deleted
   */
  async remove(id: string, raw: string): Promise<boolean> {
    const keys = [this.queue.toKey('failed'), this.queue.toKey(id)];
    return (await this.removeScript.run(keys, [id, raw])) === 1;
  }

  /** Adds a job that runs like any other. @returns its id */
  async add(data: unknown): Promise<string> {
    const { id = '' } = await this.queue.add(STORE_RECORDS_JOB, data as RecordJob, RECORD_JOB_OPTIONS);
    return id;
  }
}
