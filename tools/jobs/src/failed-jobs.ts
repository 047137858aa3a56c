import { RECORD_QUEUE, type RecordJob, REDIS_PREFIX } from '@drivewatch/contracts';
import { commandConnection, createRedis, QuietQueue } from '@drivewatch/record-queue';
import type { Queue } from 'bullmq';

/** Jobs read at a time. */
const PAGE = 100;

/** One failed job, for people. */
export interface FailedJob {
  id: string;
  failedAtMs: number;
  /** `null` when the job holds none that anybody could count. */
  records: number | null;
  reason: string;
}

/** The failed jobs of the queue of records. */
export class FailedJobs {
  private constructor(private readonly queue: Queue<RecordJob>) {}

  /** Runs `work` on the queue that Redis holds. @throws Error in one line when Redis cannot be reached */
  static async on<T>(redisUrl: string, work: (jobs: FailedJobs) => Promise<T>): Promise<T> {
    const redis = createRedis(commandConnection(redisUrl));
    let reason = 'it closed the connection';
    redis.on('error', (error: Error & { code?: string }) => {
      // Node says nothing when each of several addresses refused a connection.
      reason = error.message === '' ? (error.code ?? error.name) : error.message;
    });
    await redis.connect().catch((cause: unknown) => {
      throw new Error(`Redis cannot be reached: ${reason}`, { cause });
    });
    const queue = new QuietQueue<RecordJob>(RECORD_QUEUE, { connection: redis, prefix: REDIS_PREFIX });
    try {
      return await work(new FailedJobs(queue));
    } finally {
      await queue.close();
      redis.disconnect();
    }
  }

  count(): Promise<number> {
    return this.queue.getFailedCount();
  }

  /** The oldest first. */
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

  /** Has a job run again. @returns false when it is none of the failed ones */
  async retry(id: string): Promise<boolean> {
    const job = await this.queue.getJob(id);
    if (job === undefined || !(await job.isFailed())) return false;
    await job.retry('failed');
    return true;
  }

  /** Has all failed jobs run again. @returns how many they were */
  async retryAll(): Promise<number> {
    const count = await this.count();
    if (count > 0) await this.queue.retryJobs({ state: 'failed' });
    return count;
  }
}
