import { recordAuditEvent } from './audit-event.repository';
import type { Database } from './database';

/** A driver of whom there are records. */
export interface ListedDriver {
  driverId: string;
  /** First and last UTC day of the records in PostgreSQL, as `YYYY-MM-DD`. */
  firstDay: string;
  lastDay: string;
  /** Days with records. */
  days: number;
  /** When the driver was taken out of the live picture last; `null`: never. */
  removedAt: Date | null;
}

export interface RemovedDriver {
  driverId: string;
  /** PostgreSQL's clock, epoch milliseconds. */
  removedAtMs: number;
}

/** Drivers who were removed, and where to go on from. */
export interface DriverRemovals {
  drivers: RemovedDriver[];
  /** For the next call; PostgreSQL's clock, in its own notation, which is finer than a Date. */
  cursor: string;
}

/** Before every removal there is. */
export const NO_REMOVALS_SEEN = '-infinity';
/** A removal is seen this late at most: a transaction that takes longer between its statement and its commit is missed. */
const LONGEST_REMOVAL = '30 seconds';

/** Drivers who were taken out of the live picture. */
export class RemovedDriverRepository {
  constructor(private readonly database: Database) {}

  /** Every driver of whom there are records, by ID. */
  async list(): Promise<ListedDriver[]> {
    const dataSource = await this.database.connected();
    return dataSource.query<ListedDriver[]>(
      `SELECT driver_id AS "driverId", min(day)::text AS "firstDay", max(day)::text AS "lastDay", count(*)::int AS days,
         removed_at AS "removedAt"
       FROM driver_day LEFT JOIN removed_driver USING (driver_id) GROUP BY driver_id, removed_at ORDER BY driver_id`,
    );
  }

  /**
   * Takes drivers out of the live picture, as far as what has come from them until now goes. Their records stay.
   *
   * @returns those of whom there are records
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

  /** The drivers who were removed since a cursor, and some who were shortly before it: the order of commit is another. */
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
