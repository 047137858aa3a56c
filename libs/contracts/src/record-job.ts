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
}

export const toRecordJob = (records: readonly DrivingRecord[]): RecordJob => ({
  fields: FIELDS,
  rows: records.map((record) => FIELDS.map((field) => record[field])),
});

const recordJobSchema = z.strictObject({
  fields: z.array(z.string()),
  rows: z.array(z.array(z.unknown())).min(1),
});
/** Of one row; a row without any field would be wrong in all of them. */
const MAX_ISSUES = 3;

const recordsSchema = z.array(drivingRecordSchema);

/** A job read back. `row` counts from 0. */
export interface RecordJobContent {
  records: { row: number; record: DrivingRecord }[];
  /** Rows that hold no driving record, and why. */
  unreadable: { row: number; problem: string }[];
}

/**
 * Reads a job back.
 *
 * @param data of the job, whatever it is
 * @throws z.ZodError when it is no job of records at all
 */
export function readRecordJob(data: unknown): RecordJobContent {
  const { fields, rows } = recordJobSchema.parse(data);
  const objects = rows.map((row) => Object.fromEntries(fields.map((field, index) => [field, row[index]])));
  const all = recordsSchema.safeParse(objects);
  if (all.success) return { records: all.data.map((record, row) => ({ row, record })), unreadable: [] };
  const content: RecordJobContent = { records: [], unreadable: [] };
  for (const [row, object] of objects.entries()) {
    const parsed = drivingRecordSchema.safeParse(object);
    if (parsed.success) content.records.push({ row, record: parsed.data });
    else content.unreadable.push({ row, problem: describeIssues(parsed.error) });
  }
  return content;
}

/** @returns the job without the rows that are not named */
export const keepRows = ({ fields, rows }: RecordJob, kept: readonly number[]): RecordJob => ({
  fields,
  rows: kept.flatMap((row) => (rows[row] === undefined ? [] : [rows[row]])),
});

function describeIssues({ issues }: z.ZodError): string {
  const named = issues
    .slice(0, MAX_ISSUES)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
  return [...named, ...(issues.length > MAX_ISSUES ? [`and ${issues.length - MAX_ISSUES} more`] : [])].join(
    ', ',
  );
}
