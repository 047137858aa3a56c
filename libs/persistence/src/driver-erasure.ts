import type { SessionQuery } from './archive-types';
import { KEEP_RECORDS_IN_PLACE } from './partition-moves';

/** Replaces the name of a driver who was erased; no driver can have this name. */
export const ERASED_NAME = '(erased)';
/** A driver who still sends has new records after each pass; whatever remains after the last pass arrived during it. */
const PASSES = 3;

/** A device key that names a driver. */
export interface NamingKey {
  readonly id: string;
  /** The name that the operator gave it. */
  readonly name: string;
  readonly isValid: boolean;
}

/** The database's note on a file of the archive. */
export interface FileOfBatch {
  /** The IANA name of the zone of the file's times. */
  readonly timeZone: string;
  /** The noted size of all files of its batch. */
  readonly batchBytes: number;
}

/** A file of the archive that now has fewer records. */
export interface ShrunkFile {
  readonly key: string;
  /** Its batch, as written in the files' names: `FROM-TO-ID8`. */
  readonly batch: string;
  /** The file's size before and after. */
  readonly oldBytes: number;
  readonly newBytes: number;
  /** The size that {@link FileOfBatch} gave before. */
  readonly batchBytes: number;
  /** How many records were removed. */
  readonly records: number;
  /** The removed records by UTC day, `YYYY-MM-DD`. */
  readonly days: Readonly<Record<string, number>>;
}

/** Removes a driver from the database. Every step can be repeated. */
export class DriverErasure {
  constructor(private readonly query: SessionQuery) {}

  /** @returns how many records of the driver there are */
  async countRecords(driverId: string): Promise<number> {
    await this.query(`BEGIN READ ONLY`);
    await this.query(KEEP_RECORDS_IN_PLACE);
    const [row] = await this.query<{ records: number }>(
      `SELECT count(*)::float8 AS records FROM driving_record WHERE driver_id = $1`,
      [driverId],
    );
    await this.query(`COMMIT`);
    return row?.records ?? 0;
  }

  /**
   * Makes every API drop the driver from its picture and its pages, as `RemovedDriverRepository.remove` does.
   *
   * @returns whether the driver was known
   */
  async removeFromPages(driverId: string): Promise<boolean> {
    const rows = await this.query(
      `INSERT INTO removed_driver (driver_id) SELECT $1 WHERE EXISTS (SELECT FROM driver_day WHERE driver_id = $1)
       ON CONFLICT (driver_id) DO UPDATE SET removed_at = EXCLUDED.removed_at, removed_xid = EXCLUDED.removed_xid
       RETURNING 1`,
      [driverId],
    );
    return rows.length > 0;
  }

  /** Deletes the driver's records with their chosen ids, one day at a time. @returns how many there were */
  async eraseRecords(driverId: string): Promise<number> {
    let records = 0;
    for (let pass = 0; pass < PASSES; pass += 1) {
      const days = await this.daysOf(driverId);
      if (days.length === 0) break;
      for (const day of days) records += await this.eraseDay(driverId, day);
    }
    // A store that was under way may not have noted its day, because it still saw the note that was there.
    await this.query(
      `INSERT INTO driver_day (driver_id, day, first_xid)
       SELECT driver_id, (recorded_at AT TIME ZONE 'UTC')::date, min(stored_xid) FROM driving_record
       WHERE driver_id = $1 GROUP BY 1, 2 ON CONFLICT DO NOTHING`,
      [driverId],
    );
    return records;
  }

  /**
   * Removes the name where it stands apart from records: from removals, which keep their place among the stores so that
   * pages which were away are sent everything anew, and from keys that are no longer valid.
   *
   * @returns whether the name was found
   */
  async forgetName(driverId: string): Promise<boolean> {
    const removals = await this.query(
      `WITH gone AS (DELETE FROM removed_driver WHERE driver_id = $1 RETURNING removed_at, removed_xid)
       INSERT INTO removed_driver AS kept (driver_id, removed_at, removed_xid)
       SELECT $2, removed_at, removed_xid FROM gone
       ON CONFLICT (driver_id) DO UPDATE SET removed_at = greatest(kept.removed_at, EXCLUDED.removed_at),
         removed_xid = greatest(kept.removed_xid, EXCLUDED.removed_xid)
       RETURNING 1`,
      [driverId, ERASED_NAME],
    );
    const keys = await this.query(
      `WITH changed AS (
         UPDATE device_key SET changed_at = clock_timestamp(), driver_ids = CASE
           WHEN cardinality(array_remove(driver_ids, $1)) = 0 THEN ARRAY[$2] ELSE array_remove(driver_ids, $1) END
         WHERE $1 = ANY(driver_ids) AND (revoked_at IS NOT NULL OR expires_at <= now()) RETURNING 1
       ) SELECT FROM changed`,
      [driverId, ERASED_NAME],
    );
    return removals.length + keys.length > 0;
  }

  /** Returns the keys whose drivers include this one. */
  keysOf(driverId: string): Promise<NamingKey[]> {
    return this.query<NamingKey>(
      `SELECT id, name, revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()) AS "isValid"
       FROM device_key WHERE $1 = ANY(driver_ids) ORDER BY created_at, id`,
      [driverId],
    );
  }

  /** @returns how many events of the audit log, which can only be added to, name the driver */
  async countAuditEvents(driverId: string): Promise<number> {
    const [row] = await this.query<{ events: number }>(
      `SELECT count(*)::int AS events FROM audit_event
       WHERE subject = $1 OR jsonb_path_exists(detail, '$.**?(@ == $name)', jsonb_build_object('name', $1::text))`,
      [driverId],
    );
    return row?.events ?? 0;
  }

  /**
   * Returns what the database knows about a file in the bucket.
   *
   * @param batch as in the files' names: `FROM-TO-ID8`
   * @returns `null` when the batch is not a finished one of this database
   */
  async fileOf(batch: string): Promise<FileOfBatch | null> {
    const [row] = await this.query<FileOfBatch>(
      `SELECT time_zone AS "timeZone", bytes::float8 AS "batchBytes" FROM archive_batch WHERE ${IS_NAMED}`,
      [batch],
    );
    return row ?? null;
  }

  /** Notes that a file has fewer records; noting it again changes nothing. */
  async noteShrunk(file: ShrunkFile): Promise<void> {
    await this.query(
      `WITH batch AS (
         UPDATE archive_batch SET records = records - $2, bytes = bytes - ($3::bigint - $4::bigint)
         WHERE ${IS_NAMED} AND bytes = $5 RETURNING id
       )
       UPDATE archive_file SET bytes = $4, days = (
         SELECT coalesce(jsonb_object_agg(day, left_over), '{}') FROM (
           SELECT day, number::bigint - coalesce(($6::jsonb ->> day)::bigint, 0) AS left_over
           FROM jsonb_each_text(days) AS noted (day, number)
         ) counted WHERE left_over > 0
       )
       FROM batch WHERE batch_id = batch.id AND key = $7`,
      [
        file.batch,
        file.records,
        file.oldBytes,
        file.newBytes,
        file.batchBytes,
        JSON.stringify(file.days),
        file.key,
      ],
    );
  }

  private async daysOf(driverId: string): Promise<string[]> {
    await this.query(`BEGIN READ ONLY`);
    await this.query(KEEP_RECORDS_IN_PLACE);
    const rows = await this.query<{ day: string }>(
      `SELECT day::text AS day FROM driver_day WHERE driver_id = $1
       UNION SELECT DISTINCT (recorded_at AT TIME ZONE 'UTC')::date::text FROM driving_record WHERE driver_id = $1
       ORDER BY day`,
      [driverId],
    );
    await this.query(`COMMIT`);
    return rows.map(({ day }) => day);
  }

  private async eraseDay(driverId: string, day: string): Promise<number> {
    await this.query(`BEGIN`);
    await this.query(KEEP_RECORDS_IN_PLACE);
    await this.query(`DELETE FROM driver_day WHERE driver_id = $1 AND day = $2::date`, [driverId, day]);
    const [row] = await this.query<{ records: number }>(
      `WITH gone AS (
         DELETE FROM driving_record WHERE driver_id = $1 AND recorded_at >= $2::date::timestamp AT TIME ZONE 'UTC'
           AND recorded_at < ($2::date + 1)::timestamp AT TIME ZONE 'UTC'
         RETURNING id
       ), ids AS (DELETE FROM device_record_id USING gone WHERE device_record_id.id = gone.id)
       SELECT count(*)::int AS records FROM gone`,
      [driverId, day],
    );
    await this.query(`COMMIT`);
    return row?.records ?? 0;
  }
}

const IS_NAMED = `finished_at IS NOT NULL AND from_xid || '-' || to_xid || '-' || left(id::text, 8) = $1`;
