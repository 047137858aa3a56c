import {
  type ArchivedFileNote,
  type BucketCheck,
  LOCK_NOT_AVAILABLE,
  type SessionQuery,
} from './archive-types';

const DAY_MS = 86_400_000;

/** The wait is short because stores queue behind whoever waits for the lock. */
const DROP_LOCK_TIMEOUT = '1s';
/** Every record with a smaller store number is or was in a finished batch. */
const ARCHIVED_UP_TO = `SELECT coalesce(max(to_xid), 0) FROM archive_batch WHERE finished_at IS NOT NULL`;

/** Lists of UTC days, `YYYY-MM-DD`. */
export interface DroppedDays {
  readonly dropped: string[];
  readonly kept: string[];
  /** Sentences that name the days kept because the bucket does not hold them, and say what differs. */
  readonly differing: string[];
}

interface OldPartition {
  readonly name: string;
  readonly firstDay: string;
  /** The first day after the partition. */
  readonly endDay: string;
}

/**
 * The records of one UTC day that belong to one batch; the batch's columns are `null` where no finished batch has them.
 */
interface BatchDay {
  readonly day: string;
  readonly stored: number;
  readonly id: string | null;
  readonly fromXid: string;
  readonly toXid: string;
  readonly records: number | null;
  readonly files: number | null;
  readonly bytes: number | null;
}

/**
 * Drops days that are old and in the bucket. It is part of a session of the archive, so that nobody archives meanwhile.
 */
export class OldDays {
  constructor(
    private readonly query: SessionQuery,
    private readonly signal: AbortSignal,
    private readonly check: BucketCheck,
  ) {}

  /** Does what `ArchiveSession.dropDays` describes. */
  async drop(before: string): Promise<DroppedDays> {
    const old = await this.query<OldPartition>(
      `SELECT name, first_day::text AS "firstDay", end_day::text AS "endDay"
       FROM driving_record_partition WHERE end_day <= $1::date ORDER BY first_day`,
      [before],
    );
    const result: DroppedDays = { dropped: [], kept: [], differing: [] };
    for (const partition of old) {
      const isDropped = await this.dropIfKept(partition, result.differing);
      const list = isDropped ? result.dropped : result.kept;
      for (const day of daysOf(partition)) list.push(day);
    }
    const keptDays = await this.emptyDefault(before, result.differing);
    await this.query(
      `DELETE FROM driver_day WHERE day < $1::date AND first_xid < (${ARCHIVED_UP_TO}) AND day <> ALL($2::date[])
         AND NOT EXISTS (SELECT FROM driving_record_partition WHERE first_day <= day AND day < end_day)`,
      [before, keptDays],
    );
    return result;
  }

  private async dropIfKept(partition: OldPartition, differing: string[]): Promise<boolean> {
    if (!(await this.isArchived(partition))) return false;
    const differences = await this.differences(partition.name, partition.endDay);
    for (const difference of differences.values()) differing.push(difference);
    return differences.size === 0 && (await this.dropPartition(partition));
  }

  /** Deletes the old days' records from the default partition. @returns the days of which it wrongly keeps something */
  private async emptyDefault(before: string, differing: string[]): Promise<string[]> {
    const differences = await this.differences('driving_record_default', before, ARCHIVED_UP_TO);
    for (const difference of differences.values()) differing.push(difference);
    const days = [...differences.keys()];
    await this.query(
      `WITH gone AS (
         DELETE FROM driving_record_default WHERE recorded_at < $1::date::timestamp AT TIME ZONE 'UTC'
           AND stored_xid < (${ARCHIVED_UP_TO}) AND (recorded_at AT TIME ZONE 'UTC')::date <> ALL($2::date[])
         RETURNING id
       )
       DELETE FROM device_record_id USING gone WHERE device_record_id.id = gone.id`,
      [before, days],
    );
    return days;
  }

  private async isArchived({ name }: OldPartition): Promise<boolean> {
    const [answer] = await this.query<{ is: boolean }>(
      `SELECT coalesce(max(stored_xid) < (${ARCHIVED_UP_TO}), true) AS is FROM ${name}`,
    );
    return answer?.is === true;
  }

  /**
   * Compares a partition with the notes on the batches that its records belong to, and those notes with the bucket.
   * Notes on other batches do not count, since days that were dropped before may have received late records.
   *
   * @param below only store numbers below this one are compared
   * @returns by UTC day, a sentence about the first thing that differs
   */
  private async differences(
    table: string,
    before: string,
    below = 'SELECT 9223372036854775807',
  ): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const part of await this.batchDays(table, before, below)) {
      if (found.has(part.day)) continue;
      const difference = await this.differenceOf(part);
      if (difference !== null) found.set(part.day, `${part.day}: ${difference}`);
    }
    return found;
  }

  private batchDays(table: string, before: string, below: string): Promise<BatchDay[]> {
    // Records are grouped by number before their batches are looked up, because there are many more records than
    // stores.
    return this.query<BatchDay>(
      `SELECT day::text AS day, sum(stored)::float8 AS stored, id, from_xid::text AS "fromXid", to_xid::text AS "toXid",
         records::float8 AS records, files, bytes::float8 AS bytes
       FROM (
         SELECT stored_xid, (recorded_at AT TIME ZONE 'UTC')::date AS day, count(*) AS stored FROM ${table}
         WHERE recorded_at < $1::date::timestamp AT TIME ZONE 'UTC' AND stored_xid < (${below}) GROUP BY 1, 2
       ) stores
       LEFT JOIN LATERAL (
         SELECT * FROM (SELECT * FROM archive_batch WHERE from_xid <= stored_xid ORDER BY from_xid DESC LIMIT 1) last
         WHERE stored_xid < to_xid AND finished_at IS NOT NULL
       ) batch ON true
       GROUP BY day, id, from_xid, to_xid, records, files, bytes ORDER BY day, from_xid`,
      [before],
    );
  }

  private async differenceOf({
    day,
    stored,
    id,
    fromXid,
    toXid,
    ...totals
  }: BatchDay): Promise<string | null> {
    if (id === null) return `${stored} records are in no batch that is finished`;
    const [{ noted, ofDay, files } = { noted: 0, ofDay: 0, files: [] }] = await this.query<{
      noted: number;
      ofDay: number;
      files: ArchivedFileNote[];
    }>(
      `SELECT count(*)::int AS noted, coalesce(sum((days ->> $2::text)::bigint), 0)::float8 AS "ofDay",
         coalesce(json_agg(json_build_object('key', key, 'bytes', bytes, 'days', days) ORDER BY key)
           FILTER (WHERE days ? $2::text), '[]') AS files
       FROM archive_file WHERE batch_id = $1`,
      [id, day],
    );
    const batch = { id, fromXid, toXid };
    if (noted > 0) {
      if (ofDay !== stored)
        return `PostgreSQL has ${stored} records of batch ${id}, the archive has ${ofDay}`;
      return this.check({ ...batch, files });
    }
    // Earlier versions kept only the totals.
    const { records, files: count, bytes } = totals;
    if (records === null || count === null || bytes === null) return `nothing is noted of batch ${id}`;
    if (records < stored)
      return `PostgreSQL has ${stored} records of batch ${id}, the archive has ${records}`;
    return this.check({ ...batch, totals: { files: count, bytes } });
  }

  /** @returns false when somebody used the table for long, or has just stored a record of these days */
  private async dropPartition(partition: OldPartition): Promise<boolean> {
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
      // Nobody can add to the table any more, and whatever was added since the comparison has a larger number than any
      // batch.
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
}

function* daysOf({ firstDay, endDay }: OldPartition): Generator<string, void> {
  const endMs = Date.parse(endDay);
  for (let dayMs = Date.parse(firstDay); dayMs < endMs; dayMs += DAY_MS)
    yield new Date(dayMs).toISOString().slice(0, 10);
}
