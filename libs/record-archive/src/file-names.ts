import type { ArchiveBatch } from '@drivewatch/persistence';

export const RECORDS_PREFIX = 'records/';
/** The ids are beside the records and not among them, since readers of the records read everything there. */
export const IDS_PREFIX = 'record-ids/';
/** The object with the zones of the files' times (docs/adr/0033); the summaries job reads it under the same name. */
export const TIME_ZONES_KEY = 'archive-time-zones.json';

/** The name of a batch's file. */
export type FileName = Pick<ArchiveBatch, 'id' | 'fromXid' | 'toXid'> & {
  /** `YYYY-MM-DD` */
  readonly localDate: string;
  /** The number is counted from 1 within the day. */
  readonly numberOfDay: number;
};

/** Returns the key of a file of records. */
export const recordsKey = (name: FileName): string => `${RECORDS_PREFIX}${stemOf(name)}.csv`;

/** Returns the key of the ids of such a file. */
export const idsKey = (name: FileName): string => `${IDS_PREFIX}${stemOf(name)}.ids`;

/** Returns the key of the ids of a file of records. */
export const idsKeyOf = (key: string): string =>
  `${IDS_PREFIX}${key.slice(RECORDS_PREFIX.length, -'.csv'.length)}.ids`;

/**
 * Returns a batch's name, as in its files' names and in `ArchiveRestore.knownBatches`. The id keeps databases apart.
 */
export const batchName = ({ fromXid, toXid, id }: Pick<ArchiveBatch, 'id' | 'fromXid' | 'toXid'>): string =>
  `${fromXid}-${toXid}-${id.slice(0, 8)}`;

const KEY = /^(?:records|record-ids)\/date=[^/]+\/batch-(\d+-\d+-[0-9a-f]{8})-\d+\.(?:csv|ids)$/;

/** Returns the {@link batchName} in a key, or `null` if the key is not one of the archive's. */
export const batchOfKey = (key: string): string | null => KEY.exec(key)?.[1] ?? null;

const stemOf = (name: FileName): string =>
  `date=${name.localDate}/batch-${batchName(name)}-${String(name.numberOfDay).padStart(4, '0')}`;
