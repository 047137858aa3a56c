import type { Database } from './database';
import { readInPlace } from './partition-moves';
import { epochMs, RECEIVED_AT } from './record-arrival';

const DAY_MS = 86_400_000;

/** A driver, and the time from which the driver's records are to be looked at. */
export interface SpellStart {
  driverId: string;
  /** The time in epoch milliseconds. */
  startedAtMs: number;
}

/** The first break in a driver's records after a start. */
export interface FoundBreak extends SpellStart {
  /** The time of the last record before the break, or of the start itself. */
  lastMs: number;
}

/** Finds where drivers have paused. */
export class DriveBreakRepository {
  constructor(private readonly database: Database) {}

  /**
   * Returns the first break after each start that has one: two records further apart than `breakMs`, of which the later
   * one has arrived.
   *
   * @param cursor only records with smaller store numbers count
   */
  async firstBreaks(cursor: string, starts: readonly SpellStart[], breakMs: number): Promise<FoundBreak[]> {
    const yesterdayMs = Date.now() - DAY_MS;
    const recent = starts.filter(({ startedAtMs }) => startedAtMs >= yesterdayMs);
    let found = await this.findWithin(cursor, recent, breakMs, new Date(Date.now() + 2 * DAY_MS));
    // Older spells come from replays. They look only at their own days, because a query on all days would lock every
    // partition.
    const older = starts.filter(({ startedAtMs }) => startedAtMs < yesterdayMs);
    for (const { startsOfDay, until } of await this.byDays(older))
      found = found.concat(await this.findWithin(cursor, startsOfDay, breakMs, until));
    return found;
  }

  private async findWithin(
    cursor: string,
    starts: readonly SpellStart[],
    breakMs: number,
    until: Date,
  ): Promise<FoundBreak[]> {
    if (starts.length === 0) return [];
    const dataSource = await this.database.connected();
    const times = starts.map(({ startedAtMs }) => startedAtMs);
    const firstMs = times.reduce((one, other) => Math.min(one, other));
    const drivers = starts.map(({ driverId }) => driverId);
    const bounds = [cursor, drivers, times, breakMs, new Date(firstMs), until];
    return readInPlace(dataSource, (manager) => manager.query<FoundBreak[]>(FIRST_BREAKS, bounds));
  }

  /**
   * Groups starts that look at the same days: the day of the start, and the next one on which its driver has records.
   * Drivers without any such day are left out.
   */
  private async byDays(starts: readonly SpellStart[]): Promise<{ startsOfDay: SpellStart[]; until: Date }[]> {
    if (starts.length === 0) return [];
    const { manager } = await this.database.connected();
    const rows = await manager.query<(SpellStart & { day: string; lastDay: string })[]>(DAYS_OF_STARTS, [
      starts.map(({ driverId }) => driverId),
      starts.map(({ startedAtMs }) => startedAtMs),
    ]);
    const groups = Map.groupBy(rows, ({ day, lastDay }) => `${day} ${lastDay}`).values();
    return [...groups].map((group) => ({
      startsOfDay: group,
      until: new Date(Date.parse(group[0]?.lastDay ?? '') + DAY_MS),
    }));
  }
}

const DAYS_OF_STARTS = `
  SELECT spell.driver_id AS "driverId", spell.started_at_ms AS "startedAtMs", spell.day::text AS day,
    next.last_day::text AS "lastDay"
  FROM (
    SELECT driver_id, started_at_ms, (to_timestamp(started_at_ms / 1000) AT TIME ZONE 'UTC')::date AS day
    FROM unnest($1::text[], $2::float8[]) AS start (driver_id, started_at_ms)
  ) spell
  CROSS JOIN LATERAL (
    SELECT max(day) AS last_day FROM (
      SELECT day FROM driver_day WHERE driver_id = spell.driver_id AND day >= spell.day ORDER BY day LIMIT 2
    ) days
  ) next
  WHERE next.last_day IS NOT NULL`;

/** The times of records are those by which alerts are judged: no later than the arrival. */
const FIRST_BREAKS = `
  SELECT spell.driver_id AS "driverId", spell.started_at_ms AS "startedAtMs", found.last_ms AS "lastMs"
  FROM unnest($2::text[], $3::float8[]) AS spell (driver_id, started_at_ms)
  CROSS JOIN LATERAL (
    SELECT last_ms FROM (
      SELECT at_ms, lag(at_ms, 1, spell.started_at_ms) OVER (ORDER BY at_ms) AS last_ms FROM (
        SELECT ${epochMs(`least(recorded_at, ${RECEIVED_AT})`)} AS at_ms
        FROM driving_record
        WHERE driver_id = spell.driver_id AND stored_xid < $1::bigint
          AND recorded_at >= to_timestamp(spell.started_at_ms / 1000)
          AND recorded_at >= $5::timestamptz AND recorded_at < $6::timestamptz
      ) record WHERE at_ms >= spell.started_at_ms
    ) step
    WHERE at_ms - last_ms > $4::float8
    ORDER BY at_ms LIMIT 1
  ) found`;
