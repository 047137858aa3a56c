import { z } from 'zod';
import { type DrivingRecord, drivingRecordSchema } from './driving-record';

/** The queue between the API and the consumers, and the one kind of job on it. */
export const RECORD_QUEUE = 'driving-records';
export const STORE_RECORDS_JOB = 'store-records';

/** Prefix of every Redis key of Drivewatch; the braces keep them on one node of a Redis Cluster. */
export const REDIS_PREFIX = '{drivewatch}';

const FIELDS = Object.keys(drivingRecordSchema.shape) as (keyof DrivingRecord)[];

/**
 * What one job carries: the records of one group commit, in order of arrival. The names of the fields stand once in front
 * rather than in every record, which halves what is written to Redis and synced to its disk.
 */
export interface RecordJob {
  fields: string[];
  rows: unknown[][];
  /**
   * Rows whose ids came from outside (`recordId`, `Idempotency-Key`), and so may come again with another time. Where it is
   * not said, as in jobs of older APIs, all may.
   */
  outsideIds?: number[];
}

/** A record on its way to the queue. */
export type AcceptedRecord = DrivingRecord & {
  /** Its id was made for it, and comes with no other record. */
  readonly idIsNew?: boolean;
};

export function toRecordJob(records: readonly AcceptedRecord[]): RecordJob {
  const job = { fields: FIELDS, rows: records.map((record) => FIELDS.map((field) => record[field])) };
  const outsideIds = records.flatMap(({ idIsNew = false }, row) => (idIsNew ? [] : [row]));
  return outsideIds.length === records.length ? job : { ...job, outsideIds };
}

const recordJobSchema = z.strictObject({
  fields: z.array(z.string()),
  rows: z.array(z.array(z.unknown())).min(1),
  outsideIds: z.array(z.int().min(0)).optional(),
});
/** Of one row; a row without any field would be wrong in all of them. */
const MAX_ISSUES = 3;

const recordsSchema = z.array(drivingRecordSchema);

/** A job read back. `row` counts from 0. */
export interface RecordJobContent {
  records: { row: number; record: DrivingRecord }[];
  /** Rows that hold no driving record, and why. */
  unreadable: { row: number; problem: string }[];
  /** Ids that were made for these records, and come with no others. */
  newIds: ReadonlySet<string>;
}

/**
 * Reads a job back.
 *
 * @param data of the job, whatever it is
 * @throws z.ZodError when it is no job of records at all
 */
export function readRecordJob(data: unknown): RecordJobContent {
  const { fields, rows, outsideIds } = recordJobSchema.parse(data);
  const objects = rows.map((row) => Object.fromEntries(fields.map((field, index) => [field, row[index]])));
  const all = recordsSchema.safeParse(objects);
  if (all.success) {
    const records = all.data.map((record, row) => ({ row, record }));
    return { records, unreadable: [], newIds: newIdsOf(records, outsideIds) };
  }
  const content: Omit<RecordJobContent, 'newIds'> = { records: [], unreadable: [] };
  for (const [row, object] of objects.entries()) {
    const parsed = drivingRecordSchema.safeParse(object);
    if (parsed.success) content.records.push({ row, record: parsed.data });
    else content.unreadable.push({ row, problem: describeIssues(parsed.error) });
  }
  return { ...content, newIds: newIdsOf(content.records, outsideIds) };
}

function newIdsOf(records: RecordJobContent['records'], outsideIds: number[] | undefined): Set<string> {
  if (outsideIds === undefined) return new Set();
  const outside = new Set(outsideIds);
  return new Set(records.filter(({ row }) => !outside.has(row)).map(({ record }) => record.id));
}

/** @returns the job without the rows that are not named */
export function keepRows({ fields, rows, outsideIds }: RecordJob, kept: readonly number[]): RecordJob {
  const there = kept.filter((row) => rows[row] !== undefined);
  const job = { fields, rows: there.map((row) => rows[row] ?? []) };
  if (outsideIds === undefined) return job;
  const outside = new Set(outsideIds);
  return { ...job, outsideIds: there.flatMap((row, at) => (outside.has(row) ? [at] : [])) };
}

function describeIssues({ issues }: z.ZodError): string {
  const named = issues
    .slice(0, MAX_ISSUES)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
  return [...named, ...(issues.length > MAX_ISSUES ? [`and ${issues.length - MAX_ISSUES} more`] : [])].join(
    ', ',
  );
}
