import { randomUUID } from 'node:crypto';
import type { SubmittedRecord } from '@drivewatch/contracts';
import type { QueryRunner } from 'typeorm';
import { ArchiveBatchEntity } from './archive-batch.entity';
import { DrivingRecordEntity } from './driving-record.entity';
import { KEEP_RECORDS_IN_PLACE } from './partition-moves';

/** What the files of a batch follow from; see {@link ArchiveBatchEntity}. */
export type ArchiveBatch = Readonly<Pick<ArchiveBatchEntity, 'id' | 'fromXid' | 'toXid' | 'timeZone'>> & {
  readonly fileBytes: number;
};

export interface ArchivePlan {
  /** IANA name. */
  readonly timeZone: string;
  /** Largest file. */
  readonly fileBytes: number;
  /** Most records of a batch, unless a single store had more. */
  readonly batchRecords: number;
}

/** What has been written of a batch. */
export interface ArchiveTotals {
  readonly records: number;
  readonly files: number;
  readonly bytes: number;
}

/** A stored record, and the day that it belongs to in the batch's time zone, `YYYY-MM-DD`. */
export type ArchivedRecord = SubmittedRecord & { readonly localDate: string };

/** Records fetched at a time: some hundred kilobytes. */
const PAGE_RECORDS = 2_000;
/** For sorting; beyond it PostgreSQL sorts on disk. */
const SORT_MEMORY = '64MB';

const DAY_MS = 86_400_000;

/** Stores wait behind the one that waits for the lock. */
const DROP_LOCK_TIMEOUT = '1s';
export const LOCK_NOT_AVAILABLE = '55P03';
/** Every record of a smaller store number is in the bucket. */
const ARCHIVED_UP_TO = `SELECT coalesce(max(to_xid), 0) FROM archive_batch WHERE finished_at IS NOT NULL`;

/** UTC days, `YYYY-MM-DD`. */
export interface DroppedDays {
  readonly dropped: string[];
  readonly kept: string[];
}

interface OldPartition {
  readonly name: string;
  readonly firstDay: string;
  /** The first day that is not in it. */
  readonly endDay: string;
}

const BATCH_COLUMNS = `id, from_xid::text AS "fromXid", to_xid::text AS "toXid", time_zone AS "timeZone",
  file_bytes::float8 AS "fileBytes"`;

/** The database's side of one run of the archive; `ArchiveRepository` hands it out. */
export class ArchiveSession {
  constructor(
    private readonly runner: QueryRunner,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * The batch to write now: one that was planned and not finished, or else a new one of what has been stored since.
   * A new one ends before the oldest store that is still under way, so that nothing can be added to it.
   *
   * @param plan of a new batch
   * @returns `null` when there is nothing new
   * @throws Error when the store numbers are behind those archived
   */
  async nextBatch(plan: ArchivePlan): Promise<ArchiveBatch | null> {
    const [unfinished] = await this.query<ArchiveBatch>(
      `SELECT ${BATCH_COLUMNS} FROM archive_batch WHERE finished_at IS NULL ORDER BY from_xid`,
    );
    if (unfinished) return unfinished;
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

  /** The records of a batch, in the same order each time: by day, and then in the order in which they were stored. */
  async *recordsOf({ fromXid, toXid, timeZone }: ArchiveBatch): AsyncGenerator<ArchivedRecord[], void> {
    await this.query(`BEGIN READ ONLY`);
    await this.query(KEEP_RECORDS_IN_PLACE);
    await this.query(`SET LOCAL work_mem = '${SORT_MEMORY}'`);
    // All of the rows will be fetched, so that a plan that is quick for the first few is of no use.
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

  /** Marks a batch as written; the next one begins where it ends. */
  async finish({ id }: ArchiveBatch, { records, files, bytes }: ArchiveTotals): Promise<void> {
    const [done] = await this.query<{ batches: number }>(
      `WITH finished AS (
         UPDATE archive_batch SET finished_at = now(), records = $2, files = $3, bytes = $4
         WHERE id = $1 AND finished_at IS NULL RETURNING 1
       )
       SELECT count(*)::int AS batches FROM finished`,
      [id, records, files, bytes],
    );
    if (done?.batches !== 1) throw new Error(`The archive's batch ${id} is not waiting to be finished`);
  }

  /**
   * Drops the partitions whose days are all before one, each only when all of it is archived, and with it the ids from
   * outside of its records. Of such days, what the default partition holds is deleted.
   *
   * @param before UTC day, `YYYY-MM-DD`
   * @returns the days that were dropped, and those that were to be and are not archived yet or in use
   */
  async dropDays(before: string): Promise<DroppedDays> {
    const old = await this.query<OldPartition>(
      `SELECT name, first_day::text AS "firstDay", end_day::text AS "endDay"
       FROM driving_record_partition WHERE end_day <= $1::date ORDER BY first_day`,
      [before],
    );
    const result: DroppedDays = { dropped: [], kept: [] };
    for (const partition of old) {
      const isDropped = (await this.isArchived(partition)) && (await this.drop(partition));
      const list = isDropped ? result.dropped : result.kept;
      for (const day of daysOf(partition)) list.push(day);
    }
    await this.query(
      `WITH gone AS (
         DELETE FROM driving_record_default WHERE recorded_at < $1::date::timestamp AT TIME ZONE 'UTC'
           AND stored_xid < (${ARCHIVED_UP_TO}) RETURNING id
       )
       DELETE FROM device_record_id USING gone WHERE device_record_id.id = gone.id`,
      [before],
    );
    await this.query(
      `DELETE FROM driver_day WHERE day < $1::date AND first_xid < (${ARCHIVED_UP_TO})
         AND NOT EXISTS (SELECT FROM driving_record_partition WHERE first_day <= day AND day < end_day)`,
      [before],
    );
    return result;
  }

  private async isArchived({ name }: OldPartition): Promise<boolean> {
    const [answer] = await this.query<{ is: boolean }>(
      `SELECT coalesce(max(stored_xid) < (${ARCHIVED_UP_TO}), true) AS is FROM ${name}`,
    );
    return answer?.is === true;
  }

  /** @returns false when somebody used the table for long, or has stored a record of these days in this moment */
  private async drop(partition: OldPartition): Promise<boolean> {
    await this.query(
      `DELETE FROM device_record_id WHERE recorded_at >= $1::date::timestamp AT TIME ZONE 'UTC'
         AND recorded_at < $2::date::timestamp AT TIME ZONE 'UTC'`,
      [partition.firstDay, partition.endDay],
    );
    await this.query(`BEGIN`);
    try {
      await this.query(`SET LOCAL lock_timeout = '${DROP_LOCK_TIMEOUT}'`);
      await this.query(`LOCK TABLE ONLY driving_record IN ACCESS EXCLUSIVE MODE`);
      await this.query(`LOCK TABLE ${partition.name} IN ACCESS EXCLUSIVE MODE`);
      // Nobody can add to it any more.
      const isArchived = await this.isArchived(partition);
      if (isArchived) await this.query(`DROP TABLE ${partition.name}`);
      await this.query(`COMMIT`);
      return isArchived;
    } catch (error) {
      this.signal.throwIfAborted();
      await this.query(`ROLLBACK`);
      if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error;
      return false;
    }
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
    // What was stored together stays together.
    return range.beyond === range.first ? String(BigInt(range.first) + 1n) : (range.beyond ?? horizon);
  }

  /** The entity says which columns a record has. */
  private recordColumns(): string {
    return this.runner.dataSource
      .getMetadata(DrivingRecordEntity)
      .columns.filter(
        ({ isInsert, default: byStore, propertyName }) =>
          isInsert && byStore === undefined && propertyName !== 'id' && propertyName !== 'receivedAt',
      )
      .map(({ databaseName, propertyName }) =>
        propertyName === 'recordedAt'
          ? `(extract(epoch FROM recorded_at) * 1000)::float8 AS "recordedAtMs"`
          : `${databaseName} AS "${propertyName}"`,
      )
      .join(', ');
  }

  private async query<Row>(sql: string, parameters?: unknown[]): Promise<Row[]> {
    this.signal.throwIfAborted();
    return untilAborted(this.runner.manager.query<Row[]>(sql, parameters), this.signal);
  }
}

function* daysOf({ firstDay, endDay }: OldPartition): Generator<string, void> {
  const endMs = Date.parse(endDay);
  for (let dayMs = Date.parse(firstDay); dayMs < endMs; dayMs += DAY_MS)
    yield new Date(dayMs).toISOString().slice(0, 10);
}

/** @throws the signal's reason as soon as it is aborted; what `work` then comes to is nobody's concern */
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
