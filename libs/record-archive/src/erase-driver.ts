import type { ObjectStore } from '@drivewatch/object-store';
import { ArchiveRepository, type ArchiveSession, type NamingKey } from '@drivewatch/persistence';
import { archiveAll } from './archive-records';
import { DriverLines } from './driver-lines';
import { eraseFromFile, finishReplacements } from './erase-file';
import { SummariesErasure } from './erase-summaries';
import { RECORDS_PREFIX } from './file-names';

/** Where there is something to be found of a driver, and to be taken out. */
export interface ErasureOptions {
  readonly databaseUrl: string;
  /** The private bucket. */
  readonly store: ObjectStore;
  /** The public bucket. */
  readonly published: ObjectStore;
  /** The name in the form in which records have it. */
  readonly driverId: string;
  /** Counts and changes nothing. */
  readonly isDryRun: boolean;
  readonly signal?: AbortSignal;
  /** Told, while files are read, what has been done. */
  readonly onFile?: (key: string, records: number) => void;
  /** Takes the driver out of the queue, before what is stored is deleted. */
  readonly eraseFromQueue: () => Promise<void>;
  /** Takes the driver out of what pages show; every API that runs has been told to do so, if PostgreSQL knew the driver. */
  readonly eraseFromPages: (isTold: boolean) => Promise<void>;
}

/** What was found, and unless it was a dry run is gone. */
export interface ErasedFromStores {
  /** Records that PostgreSQL held. */
  readonly records: number;
  /** What the private bucket held: lines, and the files that they were in, of so many. */
  readonly lines: number;
  readonly files: number;
  readonly filesRead: number;
  readonly bytesRead: number;
  /** Files that could not be read, and why. */
  readonly unreadable: string[];
  /** Whether published summaries showed the driver. */
  readonly wasPublished: boolean;
  /** Objects of the summaries job that were deleted. */
  readonly summariesDeleted: number;
  /** Whether the summaries job has yet to compute everything anew. */
  readonly isJobDue: boolean;
  /** Whether the name stood in removals or keys that are no longer valid. */
  readonly wasNamed: boolean;
  /** Keys that still name the driver. */
  readonly keys: NamingKey[];
  /** Events of the audit log, which is only added to, that name the driver. */
  readonly auditEvents: number;
}

/** Compressed in a way that nothing here reads. */
const OTHER_COMPRESSION = /\.(?:bz2|deflate|lz4|snappy|zst)$/;

/**
 * Takes a driver out of the database, the private bucket and the summaries. It holds the archive's lock, so that nobody
 * archives or drops days meanwhile. Killed at any moment, it can be called again until it finds nothing.
 *
 * @throws ArchiveUnderWayError; ObjectStoreError; the driver's error; the signal's reason
 */
export async function eraseDriver(options: ErasureOptions): Promise<ErasedFromStores> {
  const { databaseUrl, signal = new AbortController().signal } = options;
  return new ArchiveRepository(databaseUrl).exclusively(signal, (session) =>
    eraseIn(session, { ...options, signal }),
  );
}

async function eraseIn(
  session: ArchiveSession,
  options: ErasureOptions & { readonly signal: AbortSignal },
): Promise<ErasedFromStores> {
  const { driverId, store, isDryRun } = options;
  const { erasure } = session;
  let isTold = false;
  if (!isDryRun) {
    // What the archive has begun would be written once more under the same names, from fewer records.
    await archiveAll(session, { store, timeZone: 'UTC', onlyBegun: true });
    await finishReplacements(store, erasure);
    isTold = await erasure.removeFromPages(driverId);
  }
  await options.eraseFromQueue();
  const records = isDryRun ? await erasure.countRecords(driverId) : await erasure.eraseRecords(driverId);
  await options.eraseFromPages(isTold);
  const found = await eraseFromBucket(session, options);
  const wasNamed = !isDryRun && (await erasure.forgetName(driverId));
  return {
    ...{ records, ...found, wasNamed },
    ...{ keys: await erasure.keysOf(driverId), auditEvents: await erasure.countAuditEvents(driverId) },
  };
}

type InBucket = Omit<ErasedFromStores, 'records' | 'wasNamed' | 'keys' | 'auditEvents'>;

async function eraseFromBucket(
  { erasure }: ArchiveSession,
  { driverId, store, published, isDryRun, signal, onFile }: ErasureOptions & { readonly signal: AbortSignal },
): Promise<InBucket> {
  const summaries = new SummariesErasure(store, published, driverId);
  const wasPublished = (await summaries.shownIn()).length > 0;
  const wasUnfinished = await summaries.isUnfinished();
  const lines = new DriverLines(driverId);
  const found = { lines: 0, files: 0, filesRead: 0, bytesRead: 0, unreadable: [] as string[] };
  let isBegun = false;
  const files: { key: string; size: number }[] = [];
  for await (const { key, size } of store.list(RECORDS_PREFIX)) files.push({ key, size });
  for (const { key, size } of files) {
    signal.throwIfAborted();
    if (OTHER_COMPRESSION.test(key)) {
      found.unreadable.push(`${key}: only .gz can be read`);
      continue;
    }
    try {
      let count = await eraseFromFile(key, { store, lines, erasure: null });
      if (count > 0 && !isDryRun) {
        if (!isBegun) await summaries.begin();
        isBegun = true;
        count = await eraseFromFile(key, { store, lines, erasure });
      }
      found.lines += count;
      found.files += count > 0 ? 1 : 0;
      if (count > 0) onFile?.(key, count);
    } catch (error) {
      // What zlib says of a damaged file; all others are read.
      if (!String((error as { code?: unknown }).code).startsWith('Z_')) throw error;
      found.unreadable.push(`${key}: ${(error as Error).message}`);
    }
    found.filesRead += 1;
    found.bytesRead += size;
  }
  const isChanged = found.lines > 0 || wasPublished || wasUnfinished;
  const summariesDeleted = isChanged && !isDryRun ? await summaries.finish() : 0;
  return { ...found, wasPublished, summariesDeleted, isJobDue: await summaries.isWaitingForJob() };
}
