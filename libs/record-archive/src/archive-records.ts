import { createFleetClock } from '@drivewatch/detail-records';
import type { ObjectStore } from '@drivewatch/object-store';
import {
  ArchiveRepository,
  type ArchiveBatch,
  type ArchivedFileNote,
  type ArchiveSession,
  type ArchiveTotals,
} from '@drivewatch/persistence';
import { DETAIL_FILE_BYTES } from './detail-file-bytes';
import { idsKey, recordsKey } from './file-names';
import { RecordFiles } from './record-files';
import { RecordIds } from './record-ids';
import { TimeZones } from './time-zones';

/** So many records are sorted at once, and written again after a crash; they take a few hundred megabytes. */
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
  /** The IANA name of the fleet's zone, in which days and times are written. */
  readonly timeZone: string;
  /** Stops the run within seconds; the next run writes again what this one has begun. */
  readonly signal?: AbortSignal;
  readonly onFile?: (file: ArchivedFile) => void;
  /** Only finishes what an earlier run has begun. */
  readonly onlyBegun?: boolean;
  /** The default, except in tests. */
  readonly limits?: { readonly fileBytes: number; readonly batchRecords: number };
}

/**
 * Writes every record that has been stored since the last run to the bucket, as detail-record files
 * `records/date=YYYY-MM-DD/…csv` (docs/adr/0007), each with its records' ids beside it (docs/adr/0028), and records in
 * the bucket which zone their times are in (docs/adr/0033). If a run died or was stopped, it is repeated first: its
 * files get the same names and the same bytes.
 *
 * @returns what was written, all zero when nothing was new
 * @throws ArchiveUnderWayError while another run is under way; ObjectStoreError; the driver's error; the signal's
 * reason
 */
export async function archiveRecords(options: ArchiveOptions): Promise<ArchiveTotals> {
  const { databaseUrl, signal = new AbortController().signal } = options;
  return new ArchiveRepository(databaseUrl).exclusively(signal, (session) => archiveAll(session, options));
}

/** Does the same as {@link archiveRecords} in an existing session. */
export async function archiveAll(
  session: ArchiveSession,
  options: Omit<ArchiveOptions, 'databaseUrl' | 'signal'>,
): Promise<ArchiveTotals> {
  const {
    timeZone,
    onlyBegun = false,
    limits = { fileBytes: DETAIL_FILE_BYTES, batchRecords: BATCH_RECORDS },
  } = options;
  const databaseId = await session.databaseId();
  const timeZones = new TimeZones(options.store, databaseId);
  let totals: ArchiveTotals = { records: 0, files: 0, bytes: 0 };
  for (;;) {
    const batch = await session.nextBatch(onlyBegun ? null : { timeZone, ...limits });
    // The zones are written before any file in them, and even when there is no new file, because older versions have
    // not written them.
    await timeZones.say(await session.zoneRuns());
    if (batch === null) return totals;
    const notes: ArchivedFileNote[] = [];
    const written = await writeBatch(session, { batch, databaseId, notes }, options);
    await session.finish(batch, written, notes);
    totals = {
      records: totals.records + written.records,
      files: totals.files + written.files,
      bytes: totals.bytes + written.bytes,
    };
  }
}

interface BatchBeingWritten {
  readonly batch: ArchiveBatch;
  readonly databaseId: string;
  /** The notes are filled in as files are written. */
  readonly notes: ArchivedFileNote[];
}

async function writeBatch(
  session: ArchiveSession,
  { batch, databaseId, notes }: BatchBeingWritten,
  { store, onFile }: Pick<ArchiveOptions, 'store' | 'onFile'>,
): Promise<ArchiveTotals> {
  const contents = new RecordFiles(
    session.recordsOf(batch),
    createFleetClock(batch.timeZone),
    batch.fileBytes,
  );
  const totals = { records: 0, files: 0, bytes: 0 };
  for (let file = await contents.next(); file !== null; file = await contents.next()) {
    const name = { ...batch, localDate: file.localDate, numberOfDay: file.numberOfDay };
    const key = recordsKey(name);
    const ids = new RecordIds({ database: databaseId, batch: batch.id, timeZone: batch.timeZone });
    file.onRecord = (record) => ids.add(record);
    const { size: bytes } = await store.put(
      key,
      // The file becomes visible when its body has ended, so it never lacks its ids.
      withEnd(file.body, () => store.put(idsKey(name), ids.toBytes())),
    );
    const { records, days } = file;
    onFile?.({ key, records, bytes });
    notes.push({ key, bytes, days });
    totals.records += records;
    totals.files += 1;
    totals.bytes += bytes;
  }
  return totals;
}

async function* withEnd(
  body: AsyncIterable<Uint8Array>,
  atEnd: () => Promise<unknown>,
): AsyncGenerator<Uint8Array, void> {
  yield* body;
  await atEnd();
}
