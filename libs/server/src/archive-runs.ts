import { REDIS_PREFIX, type RedisClient } from '@drivewatch/redis';

/** A hash of how the runs of the archive ended, whichever consumer made them; it outlives all consumers. */
const ARCHIVE_RUNS_KEY = `${REDIS_PREFIX}:archive:runs`;

/** The history of the archive's runs. */
export interface ArchiveRuns {
  /** The time when the last run succeeded, in epoch seconds; null before the first that did. */
  readonly lastSuccessSeconds: number | null;
  /** How many runs have failed since then. */
  readonly failedInARow: number;
  /** The number of days that retention then kept in PostgreSQL because the bucket does not hold all that was noted. */
  readonly differingDays: number;
  /** The time between two runs, in seconds. */
  readonly intervalSeconds: number;
}

/** Notes that the archive runs every so many milliseconds. @throws the error of Redis while it is away */
export async function noteArchiveInterval(redis: RedisClient, everyMs: number): Promise<void> {
  if (everyMs === 0) await redis.del(ARCHIVE_RUNS_KEY);
  else await redis.hset(ARCHIVE_RUNS_KEY, { intervalSeconds: everyMs / 1000 });
}

/**
 * Notes that a run succeeded.
 *
 * @param differingDays days that retention keeps because the bucket does not hold all of them
 * @throws the error of Redis while it is away
 */
export async function noteArchiveSuccess(redis: RedisClient, differingDays: number): Promise<void> {
  const lastSuccessSeconds = Date.now() / 1000;
  await redis.hset(ARCHIVE_RUNS_KEY, { lastSuccessSeconds, failedInARow: 0, differingDays });
}

/** Notes that a run failed. @throws the error of Redis while it is away */
export async function noteArchiveFailure(redis: RedisClient): Promise<void> {
  await redis.hincrby(ARCHIVE_RUNS_KEY, 'failedInARow', 1);
}

/**
 * Returns how the runs have gone.
 *
 * @returns null where the archive is off
 * @throws the error of Redis while it is away
 */
export async function readArchiveRuns(redis: RedisClient): Promise<ArchiveRuns | null> {
  const held = await redis.hgetall(ARCHIVE_RUNS_KEY);
  if (held.intervalSeconds === undefined) return null;
  return {
    lastSuccessSeconds: held.lastSuccessSeconds === undefined ? null : Number(held.lastSuccessSeconds),
    failedInARow: Number(held.failedInARow ?? 0),
    differingDays: Number(held.differingDays ?? 0),
    intervalSeconds: Number(held.intervalSeconds),
  };
}
