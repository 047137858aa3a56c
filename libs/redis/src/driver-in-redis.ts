import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { keepRows, normaliseName, RECORD_JOB_VERSION, type RecordJob } from '@drivewatch/contracts';
import type { Queue } from 'bullmq';
import { ALERT_KEYS, ALERT_STATE_KEYS, newsKeyOf } from './keys';
import type { RedisClient } from './connect-redis';
import { ERASE_ALERTS_LUA } from './erase-alerts-script';

/** Jobs read at a time: at most some megabytes. */
const PAGE = 50;
/** A job takes milliseconds to store; one of a consumer that died is another's after `JOB_LOCK_SECONDS`. */
const ACTIVE_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 250;
const LISTS = ['wait', 'paused', 'active'] as const;
const SETS = ['delayed', 'prioritized', 'failed'] as const;
/** What is said of a failed job in place of reasons that may have been the driver's records. */
const NEW_REASON = 'Records of a driver were erased from it; run it again to see why the others failed';

/** Changes a job as it was read, unless a consumer is at it. Returns 1 when it was changed, 2 when a consumer is at it, else 0. */
const CHANGE_JOB_LUA = `
local data = redis.call('HGET', KEYS[1], 'data')
if not data or redis.sha1hex(data) ~= ARGV[2] then
  return 0
end
if redis.call('LPOS', KEYS[4], ARGV[1]) then
  return 2
end
redis.call('DEL', KEYS[1] .. ':logs')
if ARGV[3] == '' then
  redis.call('LREM', KEYS[2], 0, ARGV[1])
  redis.call('LREM', KEYS[3], 0, ARGV[1])
  for i = 5, 7 do
    redis.call('ZREM', KEYS[i], ARGV[1])
  end
  redis.call('DEL', KEYS[1])
  return 1
end
redis.call('HSET', KEYS[1], 'data', ARGV[3])
if redis.call('HEXISTS', KEYS[1], 'failedReason') == 1 then
  redis.call('HSET', KEYS[1], 'failedReason', ARGV[4], 'stacktrace', '[]')
end
return 1`;

/** What the queue held of a driver, and unless it was only counted does no longer. */
export interface ErasedFromQueue {
  readonly records: number;
  readonly jobs: number;
  /** Ids of jobs that hold the driver's records still, since a consumer has been at them for a minute. */
  readonly active: string[];
  /** Ids of jobs that nobody here can read, and that have the name in them. */
  readonly unreadable: string[];
}

/** A driver's records and alerts in Redis. Every method throws the error of Redis while it is away. */
export class DriverInRedis {
  constructor(
    private readonly queue: Pick<Queue, 'toKey'>,
    private readonly redis: RedisClient,
    private readonly driverId: string,
  ) {}

  /** Takes the driver out of all alerts. @returns in how many places there was something */
  async eraseAlerts(isDryRun: boolean): Promise<number> {
    const { reporters, newsDrivers } = ALERT_KEYS;
    const keys = [...ALERT_STATE_KEYS, reporters, newsDrivers, newsKeyOf(this.driverId)];
    const found = await this.redis.eval(
      ERASE_ALERTS_LUA,
      keys.length,
      ...keys,
      this.driverId,
      isDryRun ? 1 : 0,
    );
    return Number(found);
  }

  /**
   * Takes the driver's records out of the jobs that wait or have failed; others of the same jobs stay. What consumers are at
   * is waited for, since they store it or put it back.
   */
  async eraseFromQueue(isDryRun: boolean, activeLimitMs = ACTIVE_LIMIT_MS): Promise<ErasedFromQueue> {
    const endMs = performance.now() + activeLimitMs;
    const erased = { records: 0, jobs: 0, unreadable: new Set<string>() };
    for (;;) {
      const active: string[] = [];
      for await (const [id, raw] of this.jobs()) {
        if (!raw.includes(this.driverId)) continue;
        const rest = this.restOf(raw);
        if (rest === null) erased.unreadable.add(id);
        if (rest === null || rest.records === 0) continue;
        const changed = isDryRun ? 1 : await this.change(id, raw, rest.job);
        // One that has changed meanwhile is looked at again.
        if (changed !== 1) active.push(id);
        else erased.jobs += 1;
        if (changed === 1) erased.records += rest.records;
      }
      if (active.length === 0 || performance.now() > endMs)
        return { ...erased, active, unreadable: [...erased.unreadable] };
      await wait(LOOK_EVERY_MS);
    }
  }

  private async *jobs(): AsyncGenerator<[id: string, raw: string], void> {
    const ids = new Set<string>();
    // Jobs move in this direction, so that none is passed over.
    for (const name of LISTS)
      for (const id of await this.redis.lrange(this.queue.toKey(name), 0, -1)) ids.add(id);
    for (const name of SETS)
      for (const id of await this.redis.zrange(this.queue.toKey(name), '0', '-1')) ids.add(id);
    const all = [...ids];
    for (let from = 0; from < all.length; from += PAGE) {
      const page = all.slice(from, from + PAGE);
      const found = await Promise.all(page.map((id) => this.redis.hget(this.queue.toKey(id), 'data')));
      for (const [at, raw] of found.entries()) if (raw !== null) yield [page[at] ?? '', raw];
    }
  }

  /** @returns `null` where it is no job whose rows can be told apart; `job` is `null` when nothing is left of it */
  private restOf(raw: string): { records: number; job: RecordJob | null } | null {
    const job = JSON.parse(raw) as Partial<RecordJob> | null;
    const { version = 1, fields, rows } = job ?? {};
    const column = Array.isArray(fields) ? fields.indexOf('driverId') : -1;
    if (version > RECORD_JOB_VERSION || column < 0 || !Array.isArray(rows) || !rows.every(Array.isArray))
      return null;
    const isOf = (row: unknown[]) => normaliseName(String(row[column])) === this.driverId;
    const kept = [...rows.keys()].filter((row) => !isOf(rows[row] ?? []));
    const records = rows.length - kept.length;
    return { records, job: kept.length === 0 ? null : keepRows(job as RecordJob, kept) };
  }

  private async change(id: string, raw: string, job: RecordJob | null): Promise<number> {
    const keys = [id, 'wait', 'paused', 'active', 'delayed', 'prioritized', 'failed'].map((name) =>
      this.queue.toKey(name),
    );
    const digest = createHash('sha1').update(raw).digest('hex');
    const data = job === null ? '' : JSON.stringify(job);
    return Number(await this.redis.eval(CHANGE_JOB_LUA, keys.length, ...keys, id, digest, data, NEW_REASON));
  }
}
