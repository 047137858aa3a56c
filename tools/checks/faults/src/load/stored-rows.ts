import type { Stack } from '@drivewatch/testing';
import type { StoredPoint } from './point-sum';
import type { StoredRow } from './audit';

/** Returns what the table holds of some drivers. @param drivers a pattern for LIKE, such as `name/%` */
export const storedRows = ({ query }: Pick<Stack, 'query'>, drivers: string): Promise<StoredRow[]> =>
  query<StoredRow>(
    `SELECT id, site_name AS identity, driver_id AS "driverId", speed_kmh AS "speedKmh",
       (extract(epoch FROM recorded_at) * 1000)::float8 AS "recordedAtMs"
     FROM driving_record WHERE driver_id LIKE $1`,
    [drivers],
  );

/** Returns what pages are shown of the rows of {@link storedRows}. */
export const storedPoints = ({ query }: Pick<Stack, 'query'>, drivers: string): Promise<StoredPoint[]> =>
  query<StoredPoint>(
    `SELECT stored_xid::float8 AS xid, driver_id AS "driverId", speed_kmh AS "speedKmh",
       (extract(epoch FROM recorded_at) * 1000)::float8 AS "atMs"
     FROM driving_record WHERE driver_id LIKE $1`,
    [drivers],
  );
