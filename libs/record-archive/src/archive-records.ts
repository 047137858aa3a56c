import { createFleetClock } from '@drivewatch/fleet-time';
import type { ObjectStore } from '@drivewatch/object-store';
import {
  ArchiveRepository,
  type ArchiveBatch,
  type ArchiveSession,
  type ArchiveTotals,
} from '@drivewatch/persistence';
import { DETAIL_FILE_BYTES } from './detail-file-bytes';
import { RecordFiles } from './record-files';

/** So many records are sorted at once, and written again after a crash; a few hundred megabytes. */
const BATCH_RECORDS = 2_000_000;

/** A file that has been stored. */
export interface ArchivedFile {
  readonly key: string;
  readonly records: number;
  readonly bytes: number;
}

export interface ArchiveOptions {
  readonly databaseUrl: string;
  readonly store: ObjectStore;
  /** IANA name of the fleet's zone, in which days and times are written. */
  readonly timeZone: string;
  /** Stops the run within seconds; what it has begun is written again by the next one. */
  readonly signal?: AbortSignal;
  readonly onFile?: (file: ArchivedFile) => void;
  /** Only tests pass anything but the default. */
  readonly limits?: { readonly fileBytes: number; readonly batchRecords: number };
}

/**
 * Writes every record that has been stored since the last run to the bucket, as detail-record files
 * `records/date=YYYY-MM-DD/…csv` (docs/adr/0007). A run that died, or was stopped, is repeated first: its files get the
 * same names and the same bytes.
 *
 * @returns what was written, all zero when nothing was new
 * @throws ArchiveUnderWayError while another run is under way; ObjectStoreError; the driver's error; the signal's reason
 */
export async function archiveRecords(options: ArchiveOptions): Promise<ArchiveTotals> {
  const { databaseUrl, timeZone, signal = new AbortController().signal } = options;
  const { fileBytes, batchRecords } = options.limits ?? {
    fileBytes: DETAIL_FILE_BYTES,
    batchRecords: BATCH_RECORDS,
  };
  return new ArchiveRepository(databaseUrl).exclusively(signal, async (session) => {
    let totals: ArchiveTotals = { records: 0, files: 0, bytes: 0 };
    for (;;) {
      const batch = await session.nextBatch({ timeZone, fileBytes, batchRecords });
      if (batch === null) return totals;
      const written = await writeBatch(session, batch, options);
      await session.finish(batch, written);
      totals = {
        records: totals.records + written.records,
        files: totals.files + written.files,
        bytes: totals.bytes + written.bytes,
      };
    }
  });
}

async function writeBatch(
  session: ArchiveSession,
  batch: ArchiveBatch,
  { store, onFile }: ArchiveOptions,
): Promise<ArchiveTotals> {
  const contents = new RecordFiles(
    session.recordsOf(batch),
    createFleetClock(batch.timeZone),
    batch.fileBytes,
  );
  const totals = { records: 0, files: 0, bytes: 0 };
  for (let file = await contents.next(); file !== null; file = await contents.next()) {
    const key = `records/date=${file.localDate}/${nameOf(batch, file.numberOfDay)}`;
    const { size: bytes } = await store.put(key, file.body);
    const { records } = file;
    onFile?.({ key, records, bytes });
    totals.records += records;
    totals.files += 1;
    totals.bytes += bytes;
  }
  return totals;
}

/** The batch's own id keeps archives of different databases in one bucket apart. */
const nameOf = ({ fromXid, toXid, id }: ArchiveBatch, number: number): string =>
  `batch-${fromXid}-${toXid}-${id.slice(0, 8)}-${String(number).padStart(4, '0')}.csv`;
