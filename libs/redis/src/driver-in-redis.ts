import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { keepRows, normaliseName, RECORD_JOB_VERSION, type RecordJob } from '@drivewatch/contracts';
import type { Queue } from 'bullmq';
import changeJobLua from './change-job-7.lua';
import type { RedisClient } from './connect-redis';
import eraseAlertsLua from './erase-alerts-9.lua';
import { ALERT_KEYS, ALERT_STATE_KEYS, newsKeyOf } from './keys';
import { RedisScript } from './redis-script';

/** How many jobs are read at a time; they take some megabytes at most. */
const PAGE = 50;
/** Storing a job takes milliseconds; another consumer takes over a dead consumer's job after `JOB_LOCK_SECONDS`. */
const ACTIVE_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 250;
const LISTS = ['wait', 'paused', 'active'] as const;
const SETS = ['delayed', 'prioritized', 'failed'] as const;
/** Replaces a failed job's reasons, which may have quoted the driver's records. */
const NEW_REASON = 'Records of a driver were erased from it; run it again to see why the others failed';

/** The driver's records that the queue held, and no longer holds unless they were only counted. */
export interface ErasedFromQueue {
  readonly records: number;
  readonly jobs: number;
  /** The ids of jobs that still hold the driver's records, because a consumer has been working on them for a minute. */
  readonly active: string[];
  /** The ids of jobs that this program cannot read and that contain the name. */
  readonly unreadable: string[];
}

/** Finds and erases a driver's records and alerts in Redis. Every method throws the error of Redis while it is away. */
export class DriverInRedis {
  private readonly eraseAlertsScript: RedisScript<number>;
  private readonly changeJobScript: RedisScript<0 | 1 | 2>;

  constructor(
    private readonly queue: Pick<Queue, 'toKey'>,
    private readonly redis: RedisClient,
    private readonly driverId: string,
  ) {
    this.eraseAlertsScript = new RedisScript(redis, 'eraseAlerts', eraseAlertsLua);
    this.changeJobScript = new RedisScript(redis, 'changeJob', changeJobLua);
  }

  /** Erases the driver from all alerts. @returns in how many places there was something */
  async eraseAlerts(isDryRun: boolean): Promise<number> {
    const { reporters, newsDrivers } = ALERT_KEYS;
    const keys = [...ALERT_STATE_KEYS, reporters, newsDrivers, newsKeyOf(this.driverId)];
    return await this.eraseAlertsScript.run(keys, [this.driverId, isDryRun ? 1 : 0]);
  }

  /**
   * Removes the driver's records from jobs that wait or have failed; other records of the same jobs stay. Jobs that
   * consumers work on are waited for, since they are stored or put back.
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
        // A job that has changed meanwhile is looked at again.
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
    // Jobs move in this direction, so none is missed.
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

  /** @returns `null` for a job whose rows cannot be told apart; `job` is `null` when nothing is left of it */
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

  private async change(id: string, raw: string, job: RecordJob | null): Promise<0 | 1 | 2> {
    const keys = [id, 'wait', 'paused', 'active', 'delayed', 'prioritized', 'failed'].map((name) =>
      this.queue.toKey(name),
    );
    const digest = createHash('sha1').update(raw).digest('hex');
    const data = job === null ? '' : JSON.stringify(job);
    return await this.changeJobScript.run(keys, [id, digest, data, NEW_REASON]);
  }
}
