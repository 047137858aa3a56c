import { z } from 'zod';
import { drivingRecordSchema } from './driving-record';

/** The queue between the API and the consumers, and the one kind of job on it. */
export const RECORD_QUEUE = 'driving-records';
export const STORE_RECORDS_JOB = 'store-records';

/** Prefix of every Redis key of Drivewatch; the braces keep them on one node of a Redis Cluster. */
export const REDIS_PREFIX = '{drivewatch}';

/** What one job carries: the records of one group commit, in order of arrival. */
export const recordJobSchema = z.strictObject({ records: z.array(drivingRecordSchema).min(1) });
export type RecordJob = z.infer<typeof recordJobSchema>;
