import { recordAuditEvent } from './audit-event.repository';
import type { Database } from './database';

/** A driver who has records. */
export interface ListedDriver {
  driverId: string;
  /** The first and last UTC day of the records in PostgreSQL, as `YYYY-MM-DD`. */
  firstDay: string;
  lastDay: string;
  /** The number of days with records. */
  days: number;
  /** When the driver was last removed from the live picture; `null` means never. */
  removedAt: Date | null;
}

export interface RemovedDriver {
  driverId: string;
  /** The time of removal by PostgreSQL's clock, in epoch milliseconds. */
  removedAtMs: number;
}

/** The drivers who were removed, and the cursor for the next call. */
export interface DriverRemovals {
  drivers: RemovedDriver[];
  /** The cursor for the next call: a time of PostgreSQL's clock, in its own notation, which is finer than a Date. */
  cursor: string;
}

/** A cursor before every removal there is. */
export const NO_REMOVALS_SEEN = '-infinity';
/**
 * The latest that a removal is seen: a transaction that takes longer between its statement and its commit is missed.
 */
const LONGEST_REMOVAL = '30 seconds';

/** Stores which drivers were removed from the live picture. */
export class RemovedDriverRepository {
  constructor(private readonly database: Database) {}

  /** Returns every driver who has records, by ID. */
  async list(): Promise<ListedDriver[]> {
    const dataSource = await this.database.connected();
    return dataSource.query<ListedDriver[]>(
      `SELECT driver_id AS "driverId", min(day)::text AS "firstDay", max(day)::text AS "lastDay", count(*)::int AS days,
         removed_at AS "removedAt"
       FROM driver_day LEFT JOIN removed_driver USING (driver_id) GROUP BY driver_id, removed_at ORDER BY driver_id`,
    );
  }

  /**
   * Removes drivers' records up to now from the live picture. The records stay stored.
   *
   * @returns those drivers who have records
   */
  async remove(driverIds: readonly string[]): Promise<string[]> {
    const dataSource = await this.database.connected();
    return dataSource.transaction(async (manager) => {
      const removed = await manager.query<{ driverId: string }[]>(
        `INSERT INTO removed_driver (driver_id)
         SELECT DISTINCT driver_id FROM unnest($1::text[]) AS named (driver_id)
         WHERE EXISTS (SELECT FROM driver_day WHERE driver_day.driver_id = named.driver_id)
         ON CONFLICT (driver_id) DO UPDATE SET removed_at = EXCLUDED.removed_at, removed_xid = EXCLUDED.removed_xid
         RETURNING driver_id AS "driverId"`,
        [driverIds],
      );
      for (const { driverId } of removed)
        await recordAuditEvent(manager, this.database.actor, { kind: 'driver.removed', subject: driverId });
      return removed.map(({ driverId }) => driverId);
    });
  }

  /**
   * Returns the drivers removed since a cursor, and some from shortly before, because commits come in another order.
   */
  async removedSince(cursor: string): Promise<DriverRemovals> {
    const dataSource = await this.database.connected();
    const drivers = await dataSource.query<(RemovedDriver & { removedAt: string })[]>(
      `SELECT driver_id AS "driverId", (extract(epoch FROM removed_at) * 1000)::float8 AS "removedAtMs",
         removed_at::text AS "removedAt"
       FROM removed_driver WHERE removed_at >= $1::timestamptz - $2::interval ORDER BY removed_at`,
      [cursor, LONGEST_REMOVAL],
    );
    return { drivers, cursor: drivers.at(-1)?.removedAt ?? cursor };
  }
}
