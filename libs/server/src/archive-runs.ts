import { REDIS_PREFIX, type RedisClient } from '@drivewatch/redis';

/** Hash: how the runs of the archive ended, whichever consumer made them; it outlives all of them. */
const ARCHIVE_RUNS_KEY = `${REDIS_PREFIX}:archive:runs`;

/** How the archive's runs have gone. */
export interface ArchiveRuns {
  /** When the last run ended well, epoch seconds; null before the first that did. */
  readonly lastSuccessSeconds: number | null;
  /** Failed runs since then. */
  readonly failedInARow: number;
  /** Days that retention keeps in PostgreSQL, as of that run, since the bucket does not hold all of what is noted. */
  readonly differingDays: number;
  /** Seconds between two runs. */
  readonly intervalSeconds: number;
}

/** Notes that the archive is made every so many milliseconds. @throws the error of Redis while it is away */
export async function noteArchiveInterval(redis: RedisClient, everyMs: number): Promise<void> {
  if (everyMs === 0) await redis.del(ARCHIVE_RUNS_KEY);
  else await redis.hset(ARCHIVE_RUNS_KEY, { intervalSeconds: everyMs / 1000 });
}

/**
 * Notes that a run ended well.
 *
 * @param differingDays that retention keeps since the bucket does not hold all of them
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
 * How the runs have gone.
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
