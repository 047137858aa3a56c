import type { SubmittedRecord } from '@drivewatch/contracts';
import type { ArchiveBatchEntity } from './archive-batch.entity';

/** The facts that decide the files of a batch; see {@link ArchiveBatchEntity}. */
export type ArchiveBatch = Readonly<Pick<ArchiveBatchEntity, 'id' | 'fromXid' | 'toXid' | 'timeZone'>> & {
  readonly fileBytes: number;
};

/** Consecutive batches that are written in one zone. */
export interface ZoneRun {
  /** The zone's IANA name. */
  readonly timeZone: string;
  /** The first store number, as text, and the one after the last. */
  readonly from: string;
  readonly to: string;
  /** The first 8 characters of the batches' ids, which are part of their files' names, in order. */
  readonly batches: readonly string[];
}

export interface ArchivePlan {
  /** The zone's IANA name. */
  readonly timeZone: string;
  /** The size of the largest file allowed. */
  readonly fileBytes: number;
  /** The largest number of records of a batch, unless a single store had more. */
  readonly batchRecords: number;
}

/** Totals of the files written for a batch. */
export interface ArchiveTotals {
  readonly records: number;
  readonly files: number;
  readonly bytes: number;
}

/** A stored record, and its day in the batch's time zone, `YYYY-MM-DD`. */
export type ArchivedRecord = SubmittedRecord & {
  readonly id: string;
  /** The time is that of `DrivingRecord`. */
  readonly receivedAtMs: number | null;
  readonly localDate: string;
};

/** The database's note on a file in the bucket. */
export interface ArchivedFileNote {
  readonly key: string;
  readonly bytes: number;
  /** The number of records by UTC day, `YYYY-MM-DD`. */
  readonly days: Readonly<Record<string, number>>;
}

/** Describes what the bucket should hold for a batch: certain files, or only totals where a version noted no files. */
export type ExpectedFiles = Readonly<Pick<ArchiveBatch, 'id' | 'fromXid' | 'toXid'>> &
  (
    | { readonly files: readonly ArchivedFileNote[]; readonly totals?: undefined }
    | { readonly totals: Pick<ArchiveTotals, 'files' | 'bytes'>; readonly files?: undefined }
  );

/** Looks into the bucket. @returns what differs, in words that can follow a colon, or `null` */
export type BucketCheck = (expected: ExpectedFiles) => Promise<string | null>;

/** Runs a statement on the session's connection, which holds the archive's lock. */
export type SessionQuery = <Row>(sql: string, parameters?: unknown[]) => Promise<Row[]>;

export const LOCK_NOT_AVAILABLE = '55P03';
