import type { DataSource } from 'typeorm';
import type { Database } from './database';
import { readInPlace } from './partition-moves';
import { epochMs, IS_AHEAD, RECEIVED_AT } from './record-arrival';

/** One stored speed, as the live pages need it. */
export interface StoredSpeed {
  driverId: string;
  plateNumber: string;
  recordedAtMs: number;
  /** The time when the API accepted it, or when it was stored where the former is not known. */
  receivedAtMs: number;
  /** The speed is `null` for a record without one. */
  speedKmh: number | null;
  storedAtMs: number;
}

/** The content of one tick: every record stored since the previous one, oldest first. The next begins at its cursor. */
export interface Tick {
  cursor: string;
  speeds: StoredSpeed[];
}

/** The position of the ticks, which is the same for every instance. */
export interface TickPosition {
  /** Records with smaller store numbers are in the ticks so far. */
  cursor: string;
  /** The tick time for which the cursor last moved, in epoch milliseconds of the database's clock. */
  slotMs: number;
  /** The time of the database's clock. */
  nowMs: number;
  /** When the oldest record that is in no tick was stored, by the database's clock; `null` when there is none. */
  waitingSinceMs: number | null;
  /** True if the ticks are ahead of the records because the database was copied without its sequences. */
  isAheadOfRecords: boolean;
}

const SPEED_COLUMNS = `
  driver_id AS "driverId",
  plate_number AS "plateNumber",
  ${epochMs('recorded_at')} AS "recordedAtMs",
  ${epochMs(RECEIVED_AT)} AS "receivedAtMs",
  speed_kmh AS "speedKmh",
  ${epochMs('stored_at')} AS "storedAtMs"`;

/** Records that came before their driver was removed from the live picture are not shown, even if stored later. */
const IS_SHOWN = `NOT EXISTS (
  SELECT FROM removed_driver
  WHERE removed_driver.driver_id = driving_record.driver_id AND ${RECEIVED_AT} <= removed_driver.removed_at
)`;

const DAY_MS = 86_400_000;

/** A page that was away for longer than this gets a snapshot. */
const REMEMBERED = '6 hours';
/**
 * Forgets some thousand days at a time, oldest first. The newest of them stays, because it says since when days are
 * known, and so do days that the tick has yet to read.
 */
const FORGET_STORED_DAYS = `
  DELETE FROM stored_day WHERE xid < (
    SELECT max(xid) FROM (SELECT xid, stored_at FROM stored_day ORDER BY xid LIMIT 20000) oldest
    WHERE xid <= $1::bigint AND stored_at < now() - $2::interval
  )`;

/** Returns whether a text can be the cursor of a tick. */
export const isCursor = (text: string): boolean => /^\d{1,19}$/.test(text);

/**
 * Reads speeds for the live pages, each stored record in exactly one tick.
 *
 * Selecting records by "newer than the last id" would lose those of a transaction that took its ids early and committed
 * late. Each record holds the number of its store instead, and a tick takes those from the cursor up to the oldest
 * store that is still under way: all stores below it have ended, so nothing can be added behind the cursor
 * (docs/adr/0027).
 */
export class LiveSpeedRepository {
  constructor(private readonly database: Database) {}

  /**
   * Moves the cursor when a tick is due and nobody has moved it. Of any number of instances that ask at the same time,
   * one moves it, and all get the same position. It is one statement, so that an instance that dies leaves either
   * everything to the next one that asks, or nothing. It also forgets days that no page can still ask for.
   *
   * @param periodMs ticks are due at its multiples, by the database's clock
   * @param isForced moves the cursor between two ticks as well
   */
  async advance(periodMs: number, isForced: boolean): Promise<TickPosition> {
    const dataSource = await this.database.connected();
    // A clock that was set back by more than a period does not hold up the ticks until it has caught up.
    const [moved] = await dataSource.query<[{ since: string }[], number]>(
      `WITH slot AS (
         SELECT to_timestamp(floor(extract(epoch FROM clock_timestamp()) * 1000 / $1::bigint) * $1::bigint / 1000) AS at
       ), due AS (
         SELECT at, make_interval(secs => $1::bigint::float8 / 1000) AS period FROM slot
       ), previous AS (
         SELECT next_xid FROM tick_cursor
       )
       UPDATE tick_cursor SET
         next_xid = greatest(tick_cursor.next_xid, store_horizon()),
         ticked_for = CASE WHEN ticked_for < at OR ticked_for > at + period THEN at ELSE ticked_for END,
         ticked_at = now()
       FROM due, previous WHERE ticked_for < at OR ticked_for > at + period OR $2
       RETURNING previous.next_xid::text AS since`,
      [periodMs, isForced],
    );
    if (moved[0] !== undefined) await dataSource.query(FORGET_STORED_DAYS, [moved[0].since, REMEMBERED]);
    const [position] = await dataSource.query<[TickPosition]>(
      `SELECT next_xid::text AS cursor,
         ${epochMs('ticked_for')} AS "slotMs",
         ${epochMs('clock_timestamp()')} AS "nowMs",
         (SELECT ${epochMs('stored_at')} FROM stored_day
          WHERE xid >= next_xid AND stored_at > '-infinity' ORDER BY xid LIMIT 1) AS "waitingSinceMs",
         next_xid > (SELECT last_value + 1 FROM store_number_seq) AS "isAheadOfRecords"
       FROM tick_cursor`,
    );
    return position;
  }

  /**
   * Returns the speeds of the ticks from one cursor to another, oldest first.
   *
   * @param limit the most that are read
   * @returns `null` when there are more than `limit`
   */
  async stored(since: string, until: string, limit: number): Promise<StoredSpeed[] | null> {
    const dataSource = await this.database.connected();
    const speeds = await readBetween(dataSource, since, until, limit + 1);
    return speeds.length <= limit ? speeds : null;
  }

  /** Returns where the next tick begins. */
  async cursor(): Promise<string> {
    const dataSource = await this.database.connected();
    const [{ cursor }] = await dataSource.query<[{ cursor: string }]>(
      `SELECT next_xid::text AS cursor FROM tick_cursor`,
    );
    return cursor;
  }

  /**
   * Returns the speeds of the ticks between two cursors, oldest first.
   *
   * @param limit the most that are read
   * @returns `null` when there are more than `limit`; when `since` is so long ago that the days stored since are not
   * known; when drivers whom a page may still show were removed since; or when `since` is not a cursor from before
   * `until`
   */
  async between(since: string, until: string, limit: number): Promise<StoredSpeed[] | null> {
    if (!isCursor(since) || BigInt(since) > BigInt(until)) return null;
    const dataSource = await this.database.connected();
    const speeds = await readBetween(dataSource, since, until, limit + 1);
    // This is asked afterwards, because days that were forgotten meanwhile may be missing.
    const [{ isKnown }] = await dataSource.query<[{ isKnown: boolean }]>(
      `SELECT coalesce(min(xid) <= $1::bigint, false)
         AND NOT EXISTS (SELECT FROM removed_driver WHERE removed_xid >= $1::bigint) AS "isKnown" FROM stored_day`,
      [since],
    );
    return isKnown && speeds.length <= limit ? speeds : null;
  }

  /**
   * Returns each driver's newest speeds before the cursor, some drivers at a time. A record from ahead of its arrival
   * never counts as a driver's newest; it is returned in addition if it arrived within the window.
   *
   * @param windowMs how far to look back from each driver's newest record
   * @param perDriver returns the most for each driver (twice that where some were ahead), from the number of drivers
   */
  async *recent(
    cursor: string,
    windowMs: number,
    perDriver: (drivers: number) => number,
  ): AsyncGenerator<StoredSpeed[], void> {
    const dataSource = await this.database.connected();
    const read = (sql: string, parameters: unknown[]) =>
      readInPlace(dataSource, (manager) => manager.query<StoredSpeed[]>(sql, parameters));
    const lastDays = await dataSource.query<LastDay[]>(LAST_DAYS, [cursor]);
    const limit = perDriver(lastDays.reduce((count, { driverIds }) => count + driverIds.length, 0));
    for (const { day, isPresent, driverIds } of lastDays) {
      const days = [new Date(Date.parse(day) - windowMs), dayAfter(day)];
      for (let from = 0; from < driverIds.length; from += DRIVERS_AT_ONCE) {
        const some = driverIds.slice(from, from + DRIVERS_AT_ONCE);
        const bounds = [cursor, windowMs, limit, some];
        yield await read(RECENT_OF_DAY, [...bounds, ...days]);
        if (isPresent) yield await read(AHEAD_OF_NOW, bounds);
      }
    }
  }
}

interface LastDay {
  day: string;
  isPresent: boolean;
  driverIds: string[];
}

/** So many drivers make an answer of a few megabytes. */
const DRIVERS_AT_ONCE = 500;

const DAYS_OF_DRIVER = `FROM driver_day WHERE driver_id = driver.driver_id AND first_xid < $1::bigint`;

/**
 * Selects each driver's last day that has begun, or the last of all where none has, and whether the driver may have
 * records from after now. It walks from driver to driver along the key, because DISTINCT would read every row there is.
 */
const LAST_DAYS = `
  WITH RECURSIVE driver AS (
    (SELECT driver_id FROM driver_day ORDER BY driver_id LIMIT 1)
    UNION ALL
    SELECT (SELECT driver_id FROM driver_day WHERE driver_id > driver.driver_id ORDER BY driver_id LIMIT 1)
    FROM driver WHERE driver.driver_id IS NOT NULL
  )
  SELECT last.day::text AS day, last.is_present AS "isPresent", array_agg(driver.driver_id) AS "driverIds"
  FROM driver
  CROSS JOIN LATERAL (
    SELECT coalesce(
      (SELECT day ${DAYS_OF_DRIVER} AND day <= (now() AT TIME ZONE 'UTC')::date ORDER BY day DESC LIMIT 1),
      (SELECT day ${DAYS_OF_DRIVER} ORDER BY day DESC LIMIT 1)
    ) AS day,
    EXISTS (SELECT ${DAYS_OF_DRIVER} AND day >= (now() AT TIME ZONE 'UTC')::date) AS is_present
  ) last
  WHERE last.day IS NOT NULL
  GROUP BY last.day, last.is_present`;

/** Selects the speeds of drivers whose newest record is of one day; the bounds of the time limit it to few partitions. */
const RECENT_OF_DAY = `
  SELECT speed.*
  FROM unnest($4::text[]) AS driver (driver_id)
  CROSS JOIN LATERAL (
    SELECT recorded_at AS newest FROM driving_record
    WHERE driver_id = driver.driver_id AND stored_xid < $1::bigint
      AND recorded_at >= $5::timestamptz AND recorded_at < $6::timestamptz AND NOT ${IS_AHEAD} AND ${IS_SHOWN}
    ORDER BY recorded_at DESC LIMIT 1
  ) last
  CROSS JOIN LATERAL (
    SELECT ${SPEED_COLUMNS} FROM driving_record
    WHERE driver_id = driver.driver_id AND stored_xid < $1::bigint
      AND recorded_at > last.newest - make_interval(secs => $2::float8 / 1000) AND recorded_at <= last.newest
      AND recorded_at >= $5::timestamptz AND recorded_at < $6::timestamptz AND NOT ${IS_AHEAD} AND ${IS_SHOWN}
    ORDER BY recorded_at DESC, id DESC LIMIT $3
  ) speed`;

/** Selects records with a time still to come that arrived within the window; none is over a day ahead of its arrival. */
const AHEAD_OF_NOW = `
  SELECT speed.*
  FROM unnest($4::text[]) AS driver (driver_id)
  CROSS JOIN LATERAL (
    SELECT ${SPEED_COLUMNS} FROM driving_record
    WHERE driver_id = driver.driver_id AND stored_xid < $1::bigint
      AND recorded_at > now() AND recorded_at < now() + interval '25 hours'
      AND ${RECEIVED_AT} > now() - make_interval(secs => $2::float8 / 1000) AND ${IS_AHEAD} AND ${IS_SHOWN}
    ORDER BY recorded_at DESC, id DESC LIMIT $3
  ) speed`;

async function readBetween(
  dataSource: DataSource,
  since: string,
  until: string,
  limit: number,
): Promise<StoredSpeed[]> {
  const days = await dataSource.query<{ day: string }[]>(
    `SELECT DISTINCT day::text AS day FROM stored_day WHERE xid >= $1::bigint AND xid < $2::bigint ORDER BY day`,
    [since, until],
  );
  if (days.length === 0) return [];
  const ranges = rangesOf(days.map(({ day }) => day));
  // The ranges are constants of the statement, so that the planner does not even lock partitions of other days.
  const inRanges = ranges.map(
    (_, index) =>
      `recorded_at >= $${4 + 2 * index}::timestamptz AND recorded_at < $${5 + 2 * index}::timestamptz`,
  );
  return readInPlace(dataSource, (manager) =>
    manager.query<StoredSpeed[]>(
      `SELECT ${SPEED_COLUMNS} FROM driving_record
       WHERE stored_xid >= $1::bigint AND stored_xid < $2::bigint AND (${inRanges.join(' OR ')}) AND ${IS_SHOWN}
       ORDER BY recorded_at, id LIMIT $3`,
      [since, until, limit, ...ranges.flat()],
    ),
  );
}

/** More ranges would make the statement itself slow. */
const MAX_RANGES = 50;

/** @param days in order @returns where each run of days begins and ends */
function rangesOf(days: readonly string[]): [Date, Date][] {
  const ranges: [Date, Date][] = [];
  for (const day of days) {
    const last = ranges.at(-1);
    const begin = new Date(day);
    if (last?.[1].getTime() === begin.getTime()) last[1] = dayAfter(day);
    else ranges.push([begin, dayAfter(day)]);
  }
  const [first, last] = [ranges[0], ranges.at(-1)];
  return ranges.length > MAX_RANGES && first && last ? [[first[0], last[1]]] : ranges;
}

const dayAfter = (day: string): Date => new Date(Date.parse(day) + DAY_MS);
