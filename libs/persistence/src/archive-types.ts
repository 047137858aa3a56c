import type { SubmittedRecord } from '@drivewatch/contracts';
import type { ArchiveBatchEntity } from './archive-batch.entity';

/** What the files of a batch follow from; see {@link ArchiveBatchEntity}. */
export type ArchiveBatch = Readonly<Pick<ArchiveBatchEntity, 'id' | 'fromXid' | 'toXid' | 'timeZone'>> & {
  readonly fileBytes: number;
};

/** Batches that follow on each other and are written in one zone. */
export interface ZoneRun {
  /** IANA name. */
  readonly timeZone: string;
  /** First store number, as text, and the one after the last. */
  readonly from: string;
  readonly to: string;
  /** The first 8 characters of the batches' ids, which their files' names have, in order. */
  readonly batches: readonly string[];
}

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
export type ArchivedRecord = SubmittedRecord & {
  readonly id: string;
  /** As in `DrivingRecord`. */
  readonly receivedAtMs: number | null;
  readonly localDate: string;
};

/** What is noted of a file in the bucket. */
export interface ArchivedFileNote {
  readonly key: string;
  readonly bytes: number;
  /** Records by UTC day, `YYYY-MM-DD`. */
  readonly days: Readonly<Record<string, number>>;
}

/** What the bucket should have of a batch: certain files, or of batches of versions that noted none, totals. */
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
