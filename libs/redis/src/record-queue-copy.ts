import { type RecordJob, STORE_RECORDS_JOB } from '@drivewatch/contracts';
import * as z from 'zod';
import type { RedisClient } from './connect-redis';
import type { QuietQueue } from './quiet-queue';
import { RECORD_JOB_OPTIONS } from './redis-connection';

/** A job outside Redis, as a line of JSON; the line may hold more fields. */
export const exportedJobSchema = z.object({
  id: z.string(),
  name: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type ExportedJob = z.output<typeof exportedJobSchema>;

/** The lists in which Redis keeps ids of jobs, newest first. */
const LISTS = ['active', 'wait', 'paused'];
const SORTED_SETS = ['prioritized', 'delayed', 'waiting-children', 'failed'];
/** How many jobs, each of up to 500 records, are read or added at a time. */
const PAGE = 50;

/** Copies the jobs of the queue of records out of Redis and into it, whatever their state. */
export class RecordQueueCopy {
  constructor(
    private readonly queue: QuietQueue<RecordJob>,
    private readonly redis: RedisClient,
  ) {}

  /**
   * Reads all jobs that there are at one moment, oldest first. A job that is gone when its turn comes was finished
   * before: its records are in the database if that is read after this has ended.
   *
   * @throws the error of Redis
   */
  async *read(): AsyncGenerator<ExportedJob & { state: string }, void> {
    const found = await this.ids();
    for (let start = 0; start < found.length; start += PAGE) {
      const page = found.slice(start, start + PAGE);
      const pipeline = this.redis.pipeline();
      for (const { id } of page) pipeline.hmget(this.queue.toKey(id), 'name', 'data');
      for (const [index, [error, fields]] of ((await pipeline.exec()) ?? []).entries()) {
        if (error !== null) throw error;
        const [name, data] = fields as (string | null)[];
        const job = page[index];
        if (job === undefined || name == null || data == null) continue;
        yield { ...job, name, data: JSON.parse(data) as Record<string, unknown> };
      }
    }
  }

  /** @returns how many jobs there are @throws the error of Redis */
  async count(): Promise<number> {
    return (await this.ids()).length;
  }

  /**
   * Adds jobs, which run like any others.
   *
   * @param jobs jobs with ids; one whose id exists already is not added again
   * @returns how many there were
   * @throws the error of Redis
   */
  async add(jobs: AsyncIterable<Pick<ExportedJob, 'id' | 'data'>>): Promise<number> {
    let added = 0;
    let page: Parameters<QuietQueue<RecordJob>['addBulk']>[0] = [];
    const flush = async (): Promise<void> => {
      await this.queue.addBulk(page);
      added += page.length;
      page = [];
    };
    for await (const { id, data } of jobs) {
      const opts = { ...RECORD_JOB_OPTIONS, jobId: id };
      page.push({ name: STORE_RECORDS_JOB, data: data as unknown as RecordJob, opts });
      if (page.length === PAGE) await flush();
    }
    if (page.length > 0) await flush();
    return added;
  }

  /** Reads the ids of all states in one step, so that no job is missed that moves from one state to another. */
  private async ids(): Promise<{ id: string; state: string }[]> {
    const transaction = this.redis.multi();
    for (const state of LISTS) transaction.lrange(this.queue.toKey(state), 0, -1);
    for (const state of SORTED_SETS) transaction.zrange(this.queue.toKey(state), '0', '-1');
    const results = (await transaction.exec()) ?? [];
    const states = [...LISTS, ...SORTED_SETS];
    return results.flatMap(([error, ids], index) => {
      if (error !== null) throw error;
      const state = states[index] ?? '';
      const inOrder = LISTS.includes(state) ? (ids as string[]).reverse() : (ids as string[]);
      return inOrder.map((id) => ({ id, state }));
    });
  }
}
