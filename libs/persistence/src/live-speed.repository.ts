import type { EntityManager } from 'typeorm';
import type { Database } from './database';

/** One stored speed, as the live pages need it. */
export interface StoredSpeed {
  driverId: string;
  plateNumber: string;
  recordedAtMs: number;
  speedKmh: number;
  storedAtMs: number;
}

/** What one tick sends: every record stored since the previous one, oldest first. */
export interface Tick {
  /** Where the next tick begins. */
  cursor: string;
  speeds: StoredSpeed[];
}

/** Where the ticks have come to, the same for every instance. */
export interface TickPosition {
  /** Records stored by earlier transactions are in the ticks so far. */
  cursor: string;
  /** The tick time that the cursor was last moved for, epoch milliseconds of the database's clock. */
  slotMs: number;
  /** The database's clock. */
  nowMs: number;
}

const SPEED_COLUMNS = `
  driver_id AS "driverId",
  plate_number AS "plateNumber",
  (extract(epoch FROM recorded_at) * 1000)::float8 AS "recordedAtMs",
  speed_kmh AS "speedKmh",
  (extract(epoch FROM stored_at) * 1000)::float8 AS "storedAtMs"`;

/**
 * Reads speeds for the live pages, each stored record in exactly one tick.
 *
 * "Newer than the last id" would lose records of a transaction that took its ids early and committed late. Each record
 * holds the transaction that stored it instead, and a tick takes those from the cursor up to the oldest transaction
 * that is still under way: all of them have ended, so nothing can be added behind the cursor (docs/adr/0003).
 */
export class LiveSpeedRepository {
  constructor(private readonly database: Database) {}

  /**
   * Moves the cursor when a tick is due and nobody has done so: of any number of instances that ask at the same time,
   * one does, and all get the same position. It is one statement, so that an instance that dies leaves either
   * everything to be done by the next one that asks, or nothing.
   *
   * @param periodMs ticks are due at its multiples, by the database's clock
   * @param isForced whether the cursor is moved between two ticks as well
   */
  async advance(periodMs: number, isForced: boolean): Promise<TickPosition> {
    const dataSource = await this.database.connected();
    // A clock that was set back by more than a period would hold ticks up until it has caught up; it does not.
    await dataSource.query(
      `WITH slot AS (
         SELECT to_timestamp(floor(extract(epoch FROM clock_timestamp()) * 1000 / $1::bigint) * $1::bigint / 1000) AS at
       ), due AS (
         SELECT at, make_interval(secs => $1::bigint::float8 / 1000) AS period FROM slot
       )
       UPDATE tick_cursor SET
         next_xid = greatest(next_xid, pg_snapshot_xmin(pg_current_snapshot())::text::bigint),
         ticked_for = CASE WHEN ticked_for < at OR ticked_for > at + period THEN at ELSE ticked_for END,
         ticked_at = now()
       FROM due WHERE ticked_for < at OR ticked_for > at + period OR $2`,
      [periodMs, isForced],
    );
    const [position] = await dataSource.query<[TickPosition]>(
      `SELECT next_xid::text AS cursor,
         (extract(epoch FROM ticked_for) * 1000)::float8 AS "slotMs",
         (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "nowMs"
       FROM tick_cursor`,
    );
    return position;
  }

  /** The speeds of the ticks from one cursor to another, oldest first. */
  async stored(since: string, until: string): Promise<StoredSpeed[]> {
    const dataSource = await this.database.connected();
    return readBetween(dataSource.manager, since, until);
  }

  /** Where the next tick begins. */
  async cursor(): Promise<string> {
    const dataSource = await this.database.connected();
    const [{ cursor }] = await dataSource.query<[{ cursor: string }]>(
      `SELECT next_xid::text AS cursor FROM tick_cursor`,
    );
    return cursor;
  }

  /**
   * The speeds of the ticks between two cursors, oldest first.
   *
   * @param limit give up beyond so many
   * @returns `null` when there are more than `limit`, or when `since` is not a cursor that came before `until`
   */
  async between(since: string, until: string, limit: number): Promise<StoredSpeed[] | null> {
    if (!/^\d{1,19}$/.test(since) || BigInt(since) > BigInt(until)) return null;
    const dataSource = await this.database.connected();
    const speeds = await readBetween(dataSource.manager, since, until, limit + 1);
    return speeds.length > limit ? null : speeds;
  }

  /**
   * Each driver's newest speeds before the cursor, by time of recording, oldest first.
   *
   * @param windowMs how far to look back from each driver's newest record
   * @param perDriver at most so many of each driver
   */
  async recent(cursor: string, windowMs: number, perDriver: number): Promise<StoredSpeed[]> {
    const dataSource = await this.database.connected();
    // Walks from driver to driver along the index, because DISTINCT would read every row there is.
    return dataSource.query<StoredSpeed[]>(
      `WITH RECURSIVE driver AS (
         (SELECT driver_id FROM driving_record ORDER BY driver_id LIMIT 1)
         UNION ALL
         SELECT (SELECT driver_id FROM driving_record WHERE driver_id > driver.driver_id ORDER BY driver_id LIMIT 1)
         FROM driver WHERE driver.driver_id IS NOT NULL
       )
       SELECT speed.*
       FROM driver
       CROSS JOIN LATERAL (
         SELECT recorded_at AS newest FROM driving_record
         WHERE driver_id = driver.driver_id AND stored_xid < $1::bigint
         ORDER BY recorded_at DESC LIMIT 1
       ) last
       CROSS JOIN LATERAL (
         SELECT ${SPEED_COLUMNS} FROM driving_record
         WHERE driver_id = driver.driver_id AND stored_xid < $1::bigint
           AND recorded_at > last.newest - make_interval(secs => $2::float8 / 1000)
         ORDER BY recorded_at DESC, id DESC LIMIT $3
       ) speed
       ORDER BY speed."recordedAtMs"`,
      [cursor, windowMs, perDriver],
    );
  }
}

const readBetween = (
  manager: EntityManager,
  since: string,
  until: string,
  limit?: number,
): Promise<StoredSpeed[]> =>
  manager.query<StoredSpeed[]>(
    `SELECT ${SPEED_COLUMNS} FROM driving_record
     WHERE stored_xid >= $1::bigint AND stored_xid < $2::bigint
     ORDER BY recorded_at, id LIMIT $3`,
    [since, until, limit ?? null],
  );
