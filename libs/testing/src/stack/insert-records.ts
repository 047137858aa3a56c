/** The columns that differ between the inserted records; each is an SQL expression in which `n` counts from 1. */
export interface InsertedRecords {
  readonly driverId: string;
  readonly recordedAt: string;
  readonly speedKmh?: string;
}

/** Returns SQL that inserts `$1` records straight into the table, since so many would take long through the API. */
export const insertRecords = ({ driverId, recordedAt, speedKmh = '1' }: InsertedRecords): string => `
  INSERT INTO driving_record (id, driver_id, plate_number, speed_kmh, site_name, recorded_at, rapid_speedup,
    rapid_slowdown, neutral_slide, neutral_slide_finished, neutral_slide_seconds, overspeed, overspeed_finished,
    overspeed_seconds, fatigue_driving, throttle_stop, oil_leak, stored_xid)
  SELECT gen_random_uuid(), ${driverId}, '', ${speedKmh}, '', ${recordedAt}, false, false, false, false, 0, false, false,
    0, false, false, false, (SELECT store_number())
  FROM generate_series(1, $1::int) AS n`;
