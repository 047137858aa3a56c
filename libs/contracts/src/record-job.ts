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

/** Reads a job back: `safeParse(job.data)` gives its records, or says in which row and field it is none. */
export const recordJobSchema = z
  .strictObject({ fields: z.array(z.string()), rows: z.array(z.array(z.unknown())).min(1) })
  .transform(({ fields, rows }) =>
    rows.map((row) => Object.fromEntries(fields.map((field, index) => [field, row[index]]))),
  )
  .pipe(z.array(drivingRecordSchema));
