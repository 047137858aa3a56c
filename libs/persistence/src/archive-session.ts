import { randomUUID } from 'node:crypto';
import type { QueryRunner } from 'typeorm';
import { type DroppedDays, OldDays } from './archive-old-days';
import { ArchiveRestore } from './archive-restore';
import type {
  ArchiveBatch,
  ArchivedFileNote,
  ArchivedRecord,
  ArchivePlan,
  ArchiveTotals,
  BucketCheck,
  ZoneRun,
} from './archive-types';
import { DatabaseFiller } from './database-filler';
import { DatabaseReader } from './database-reader';
import { DriverErasure } from './driver-erasure';
import { DrivingRecordEntity } from './driving-record.entity';
import { KEEP_RECORDS_IN_PLACE } from './partition-moves';

/** How many records are fetched at a time; they take some hundred kilobytes. */
const PAGE_RECORDS = 2_000;
/** The memory for sorting; PostgreSQL sorts on disk beyond it. */
const SORT_MEMORY = '64MB';

const BATCH_COLUMNS = `id, from_xid::text AS "fromXid", to_xid::text AS "toXid", time_zone AS "timeZone",
  file_bytes::float8 AS "fileBytes"`;

/** The database's part of one run of the archive; `ArchiveRepository` hands it out. */
export class ArchiveSession {
  /** The work after a restore. */
  readonly restore = new ArchiveRestore((sql, parameters) => this.query(sql, parameters));
  /** Takes drivers out of the database. */
  readonly erasure = new DriverErasure((sql, parameters) => this.query(sql, parameters));

  /** Reads the whole database for a backup. */
  readonly reader: DatabaseReader;
  /** Restores a backup into a database that holds nothing yet. */
  readonly filler: DatabaseFiller;

  constructor(
    private readonly runner: QueryRunner,
    private readonly signal: AbortSignal,
  ) {
    const query = <Row>(sql: string, parameters?: unknown[]) => this.query<Row>(sql, parameters);
    this.reader = new DatabaseReader(runner, query);
    this.filler = new DatabaseFiller(runner, query);
  }

  /**
   * Returns the batch to write now: one that was planned and not finished, or else a new one of everything stored
   * since. A new one ends before the oldest store that is still under way, so that nothing can be added to it.
   *
   * @param plan the plan of a new batch; `null` allows only a batch that is planned already
   * @returns `null` when there is nothing new
   * @throws Error when the store numbers are behind those archived
   */
  async nextBatch(plan: ArchivePlan | null): Promise<ArchiveBatch | null> {
    const [unfinished] = await this.query<ArchiveBatch>(
      `SELECT ${BATCH_COLUMNS} FROM archive_batch WHERE finished_at IS NULL ORDER BY from_xid`,
    );
    if (unfinished) return unfinished;
    if (plan === null) return null;
    const [bounds] = await this.query<{ from: string; horizon: string; behind: boolean }>(
      `SELECT coalesce(max(to_xid), 0)::text AS "from", store_horizon()::text AS horizon,
         coalesce(max(to_xid), 0) > store_horizon() AS behind
       FROM archive_batch`,
    );
    if (bounds === undefined) return null;
    if (bounds.behind) {
      throw new Error(
        'The database was copied without its sequences, and store numbers are behind what is archived: run npm run migrate',
      );
    }
    const toXid = await this.endOfBatch(bounds.from, bounds.horizon, plan.batchRecords);
    if (toXid === null) return null;
    const [planned] = await this.query<ArchiveBatch>(
      `INSERT INTO archive_batch (id, from_xid, to_xid, time_zone, file_bytes) VALUES ($1, $2, $3, $4, $5)
       RETURNING ${BATCH_COLUMNS}`,
      [randomUUID(), bounds.from, toXid, plan.timeZone, plan.fileBytes],
    );
    return planned ?? null;
  }

  /** Reads the records of a batch in the same order each time: by day, then in the order in which they were stored. */
  async *recordsOf({ fromXid, toXid, timeZone }: ArchiveBatch): AsyncGenerator<ArchivedRecord[], void> {
    await this.query(`BEGIN READ ONLY`);
    await this.query(KEEP_RECORDS_IN_PLACE);
    await this.query(`SET LOCAL work_mem = '${SORT_MEMORY}'`);
    // All of the rows will be fetched, so a plan that is quick for the first few is of no use.
    await this.query(`SET LOCAL cursor_tuple_fraction = 1`);
    await this.query(
      `DECLARE batch_records NO SCROLL CURSOR FOR
       SELECT ${this.recordColumns()}, to_char(recorded_at AT TIME ZONE $3, 'YYYY-MM-DD') AS "localDate"
       FROM driving_record
       WHERE stored_xid >= $1::bigint AND stored_xid < $2::bigint
       ORDER BY (recorded_at AT TIME ZONE $3)::date, stored_xid, id`,
      [fromXid, toXid, timeZone],
    );
    for (;;) {
      const page = await this.query<ArchivedRecord>(`FETCH ${PAGE_RECORDS} FROM batch_records`);
      if (page.length === 0) break;
      yield page;
    }
    await this.query(`COMMIT`);
  }

  /**
   * Marks a batch as written; the next one begins where it ends.
   *
   * @param files all the files of the batch
   */
  async finish(
    { id }: ArchiveBatch,
    { records, files: count, bytes }: ArchiveTotals,
    files: readonly ArchivedFileNote[],
  ): Promise<void> {
    const [done] = await this.query<{ batches: number }>(
      `WITH finished AS (
         UPDATE archive_batch SET finished_at = now(), records = $2, files = $3, bytes = $4
         WHERE id = $1 AND finished_at IS NULL RETURNING id
       ), noted AS (
         INSERT INTO archive_file (batch_id, key, bytes, days)
         SELECT finished.id, file.key, file.bytes, file.days
         FROM finished, jsonb_to_recordset($5::jsonb) AS file (key text, bytes bigint, days jsonb)
       )
       SELECT count(*)::int AS batches FROM finished`,
      [id, records, count, bytes, JSON.stringify(files)],
    );
    if (done?.batches !== 1) throw new Error(`The archive's batch ${id} is not waiting to be finished`);
  }

  /**
   * Drops the partitions whose days all lie before the given one, each only when everything in it is archived and in
   * the bucket, together with the chosen ids of its records. Records of such days in the default partition are deleted.
   *
   * @param before UTC day, `YYYY-MM-DD`
   * @param check looks into the bucket
   * @returns the days that were dropped, and the days that were kept because they are not archived yet, not in the
   * bucket or in use
   */
  dropDays(before: string, check: BucketCheck): Promise<DroppedDays> {
    return new OldDays((sql, parameters) => this.query(sql, parameters), this.signal, check).drop(before);
  }

  /** Returns the database's permanent id; copies of the database have the same one. */
  async databaseId(): Promise<string> {
    const [row] = await this.query<{ id: string }>(`SELECT id FROM database_identity`);
    if (row === undefined)
      throw new Error('The table database_identity is empty; restore it from the backup');
    return row.id;
  }

  /** Returns all batches, including planned ones, grouped by the zone that each is written in, and in their order. */
  zoneRuns(): Promise<ZoneRun[]> {
    return this.query<ZoneRun>(
      `SELECT time_zone AS "timeZone", min(from_xid)::text AS "from", max(to_xid)::text AS "to",
         array_agg(left(id::text, 8) ORDER BY from_xid) AS batches
       FROM (
         SELECT *, row_number() OVER (ORDER BY from_xid)
           - row_number() OVER (PARTITION BY time_zone ORDER BY from_xid) AS run
         FROM archive_batch
       ) numbered
       GROUP BY time_zone, run ORDER BY min(from_xid)`,
    );
  }

  /** @returns the first store number that is not in the batch, or `null` when there are no records */
  private async endOfBatch(fromXid: string, horizon: string, batchRecords: number): Promise<string | null> {
    const waiting = `FROM driving_record WHERE stored_xid >= $1::bigint AND stored_xid < $2::bigint ORDER BY stored_xid`;
    const [range] = await this.query<{ first: string | null; beyond: string | null }>(
      `SELECT (SELECT stored_xid::text ${waiting} LIMIT 1) AS first,
         (SELECT stored_xid::text ${waiting} OFFSET $3 LIMIT 1) AS beyond`,
      [fromXid, horizon, batchRecords],
    );
    if (range === undefined || range.first === null) return null;
    // Records that were stored together stay together.
    return range.beyond === range.first ? String(BigInt(range.first) + 1n) : (range.beyond ?? horizon);
  }

  /** Returns the columns of a record, as the entity defines them. */
  private recordColumns(): string {
    return this.runner.dataSource
      .getMetadata(DrivingRecordEntity)
      .columns.filter(({ isInsert, default: byStore }) => isInsert && byStore === undefined)
      .map(({ databaseName, propertyName }) =>
        propertyName === 'recordedAt' || propertyName === 'receivedAt'
          ? // Rows that were inserted by hand may be more exact than the files.
            `floor(extract(epoch FROM ${databaseName}) * 1000)::float8 AS "${propertyName}Ms"`
          : `${databaseName} AS "${propertyName}"`,
      )
      .join(', ');
  }

  private async query<Row>(sql: string, parameters?: unknown[]): Promise<Row[]> {
    this.signal.throwIfAborted();
    return untilAborted(this.runner.manager.query<Row[]>(sql, parameters), this.signal);
  }
}

/** @throws the signal's reason as soon as it is aborted; the outcome of `work` is then ignored */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
