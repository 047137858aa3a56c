import type { DataSource } from 'typeorm';
import { LOCK_NOT_AVAILABLE } from './archive-types';
import type { Database } from './database';

const DAY_MS = 86_400_000;
/**
 * The wait is short: stores of old records, and of all records during a merge, queue behind whoever waits for a lock.
 */
const LOCK_TIMEOUT_MS = 250;

/** The outcome of a step. */
export type PartitionStep =
  /** Something was done, and there may be more to do. */
  | 'done'
  /** There was nothing to do. */
  | 'idle'
  /** There is something to do that cannot be done now: too many partitions, or somebody uses the table for long. */
  | 'later';

/**
 * Maintains the partitions of driving records apart from the stores (docs/adr/0024): records of days without one are
 * moved to new partitions, and old partitions are merged when there are many. Any number of programs may do so at once.
 */
export class RecordPartitionRepository {
  constructor(private readonly database: Database) {}

  /**
   * Makes the partition of the newest record that has none and may have one, and moves all other records that belong
   * there.
   *
   * @throws the driver's error
   */
  async takeFromDefault(): Promise<PartitionStep> {
    const dataSource = await this.database.connected();
    const [newest] = await dataSource.query<{ recordedAt: Date }[]>(
      `SELECT recorded_at AS "recordedAt" FROM driving_record_default
       WHERE recorded_at >= timestamptz '2000-01-01T00:00:00Z'
         AND recorded_at < ((now() AT TIME ZONE 'UTC')::date + 3)::timestamp AT TIME ZONE 'UTC'
       ORDER BY recorded_at DESC LIMIT 1`,
    );
    if (newest === undefined) return 'idle';
    const exists = await createRecordDay(dataSource, newest.recordedAt, LOCK_TIMEOUT_MS);
    return exists ? 'done' : 'later';
  }

  /**
   * Makes today's partition and tomorrow's, so that no store waits for them at midnight.
   *
   * @throws the driver's error
   */
  async makeRoomAhead(): Promise<PartitionStep> {
    const dataSource = await this.database.connected();
    const nowMs = Date.now();
    for (const timeMs of [nowMs, nowMs + DAY_MS])
      if (!(await createRecordDay(dataSource, new Date(timeMs), LOCK_TIMEOUT_MS))) return 'later';
    return 'idle';
  }

  /**
   * Merges the partitions of an old month or year while there are very many and these hold little.
   *
   * @throws the driver's error
   */
  async merge(): Promise<PartitionStep> {
    const dataSource = await this.database.connected();
    const rows = await withinLockTimeout<{ merged: string | null }>(
      dataSource,
      LOCK_TIMEOUT_MS,
      `SELECT merge_driving_record_days() AS merged`,
    );
    if (rows === null) return 'later';
    return rows[0]?.merged ? 'done' : 'idle';
  }
}

/**
 * Makes the partition that a day belongs to, in a transaction of its own, so that its locks are gone before records are
 * stored.
 *
 * @param time any time within the UTC day
 * @returns false when the day has none for now
 * @throws the driver's error
 */
export async function createRecordDay(
  dataSource: DataSource,
  time: Date,
  lockTimeoutMs: number,
): Promise<boolean> {
  const rows = await withinLockTimeout<{ exists: boolean }>(
    dataSource,
    lockTimeoutMs,
    `SELECT create_driving_record_day($1::date) AS exists`,
    [time.toISOString().slice(0, 10)],
  );
  return rows?.[0]?.exists === true;
}

/** @returns null when a lock could not be taken in time */
async function withinLockTimeout<Row>(
  dataSource: DataSource,
  lockTimeoutMs: number,
  sql: string,
  parameters: unknown[] = [],
): Promise<Row[] | null> {
  try {
    return await dataSource.transaction(async (manager) => {
      await manager.query(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
      return manager.query<Row[]>(sql, parameters);
    });
  } catch (error) {
    if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error;
    return null;
  }
}
