import type { ArchivedFileNote, ExpectedFiles, SessionQuery } from './archive-types';

/**
 * The margin puts numbers beyond any that somebody may remember from before a restore, including those of stores that
 * no backup holds.
 */
const NUMBERS_MARGIN = 1_000_000;

/** A batch that the database marks as finished. */
export interface FinishedBatch {
  readonly expected: ExpectedFiles;
  /** How many records it has had, by UTC day; batches whose files were not noted have them under an empty name. */
  readonly records: Readonly<Record<string, number>>;
}

/** The database's part of the work after a restore. */
export class ArchiveRestore {
  constructor(private readonly query: SessionQuery) {}

  /** Returns all batches that the database knows, finished or not: `FROM-TO-ID8`, as in the files' names. */
  async knownBatches(): Promise<Set<string>> {
    const rows = await this.query<{ name: string }>(
      `SELECT from_xid || '-' || to_xid || '-' || left(id::text, 8) AS name FROM archive_batch`,
    );
    return new Set(rows.map(({ name }) => name));
  }

  async finishedBatches(): Promise<FinishedBatch[]> {
    const rows = await this.query<{
      id: string;
      fromXid: string;
      toXid: string;
      records: number;
      count: number;
      bytes: number;
      files: ArchivedFileNote[] | null;
    }>(
      `SELECT id, from_xid::text AS "fromXid", to_xid::text AS "toXid", records::float8 AS records, files AS count,
         bytes::float8 AS bytes, (
           SELECT json_agg(json_build_object('key', key, 'bytes', f.bytes, 'days', days) ORDER BY key)
           FROM archive_file f WHERE batch_id = id
         ) AS files
       FROM archive_batch WHERE finished_at IS NOT NULL AND records > 0 ORDER BY from_xid`,
    );
    return rows.map(({ id, fromXid, toXid, records, count, bytes, files }) => {
      const batch = { id, fromXid, toXid };
      if (files === null)
        return { expected: { ...batch, totals: { files: count, bytes } }, records: { '': records } };
      return { expected: { ...batch, files }, records: sumByDay(files) };
    });
  }

  /**
   * Has the archive write a batch again, unless some of its records are no longer in the database.
   *
   * @returns the UTC days whose records are incomplete, `YYYY-MM-DD`, with an empty name where the day is not known;
   * none when the batch will be written again
   */
  async writeAgain({ expected: { id, fromXid, toXid }, records }: FinishedBatch): Promise<string[]> {
    const rows = await this.query<{ day: string; stored: number }>(
      `SELECT (recorded_at AT TIME ZONE 'UTC')::date::text AS day, count(*)::float8 AS stored FROM driving_record
       WHERE stored_xid >= $1::bigint AND stored_xid < $2::bigint GROUP BY 1`,
      [fromXid, toXid],
    );
    const stored: Record<string, number> = {};
    for (const row of rows) {
      const name = '' in records ? '' : row.day;
      stored[name] = (stored[name] ?? 0) + row.stored;
    }
    const days = [...new Set([...Object.keys(records), ...Object.keys(stored)])].sort();
    const missing = days.filter((day) => records[day] !== stored[day]);
    if (missing.length > 0) return missing;
    await this.query(
      `WITH forgotten AS (DELETE FROM archive_file WHERE batch_id = $1)
       UPDATE archive_batch SET finished_at = NULL, records = NULL, files = NULL, bytes = NULL WHERE id = $1`,
      [id],
    );
    return [];
  }

  /**
   * Moves the next store number beyond all that are in the database, and beyond one from elsewhere.
   *
   * @param largestElsewhere an integer
   */
  async moveNumbersBeyond(largestElsewhere: bigint): Promise<void> {
    // A database from before docs/adr/0027 has no such sequence, so there is nothing to move.
    await this.query(
      `DO $$
       DECLARE
         largest bigint;
       BEGIN
         IF to_regclass('store_number_seq') IS NULL THEN
           RETURN;
         END IF;
         LOCK TABLE ONLY driving_record IN SHARE ROW EXCLUSIVE MODE;
         SELECT greatest(${largestElsewhere}, (SELECT max(next_xid) FROM tick_cursor), (SELECT max(to_xid) FROM archive_batch),
           (SELECT max(xid) FROM stored_day), (SELECT max(stored_xid) FROM driving_record)) INTO largest;
         PERFORM setval('store_number_seq', greatest(largest, last_value) + ${NUMBERS_MARGIN}) FROM store_number_seq;
       END $$`,
    );
  }

  /** Checks that the session, and with it the lock, is still there. @throws the driver's error */
  async assertHeld(): Promise<void> {
    await this.query(`SELECT`);
  }
}

function sumByDay(files: readonly ArchivedFileNote[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { days } of files)
    for (const [day, records] of Object.entries(days)) sums[day] = (sums[day] ?? 0) + records;
  return sums;
}
