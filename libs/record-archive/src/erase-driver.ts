import type { ObjectStore } from '@drivewatch/object-store';
import { ArchiveRepository, type ArchiveSession, type NamingKey } from '@drivewatch/persistence';
import { archiveAll } from './archive-records';
import { DriverLines } from './driver-lines';
import { eraseFromFile, finishReplacements } from './erase-file';
import { SummariesErasure } from './erase-summaries';
import { RECORDS_PREFIX } from './file-names';

/** The places where a driver is looked for and erased. */
export interface ErasureOptions {
  readonly databaseUrl: string;
  /** The private bucket. */
  readonly store: ObjectStore;
  /** The public bucket. */
  readonly published: ObjectStore;
  /** The name in the form that records have. */
  readonly driverId: string;
  /** Counts but changes nothing. */
  readonly isDryRun: boolean;
  readonly signal?: AbortSignal;
  /** Is told, while files are read, what has been done. */
  readonly onFile?: (key: string, records: number) => void;
  /** Removes the driver from the queue, before stored records are deleted. */
  readonly eraseFromQueue: () => Promise<void>;
  /**
   * Removes the driver from the pages' data; `isTold` means that PostgreSQL knew the driver, so that every running API
   * has been told to do so.
   */
  readonly eraseFromPages: (isTold: boolean) => Promise<void>;
}

/** The findings, which have been erased unless it was a dry run. */
export interface ErasedFromStores {
  /** How many records PostgreSQL held. */
  readonly records: number;
  /** How many lines the private bucket held, in how many files of how many. */
  readonly lines: number;
  readonly files: number;
  readonly filesRead: number;
  readonly bytesRead: number;
  /** The files that could not be read, and the reasons. */
  readonly unreadable: string[];
  /** True if published summaries showed the driver. */
  readonly wasPublished: boolean;
  /** How many objects of the summaries job were deleted. */
  readonly summariesDeleted: number;
  /** True if the summaries job has yet to compute everything anew. */
  readonly isJobDue: boolean;
  /** True if the name was in removals or in keys that are no longer valid. */
  readonly wasNamed: boolean;
  /** The keys that still name the driver. */
  readonly keys: NamingKey[];
  /** How many events of the audit log, which can only be added to, name the driver. */
  readonly auditEvents: number;
}

/** Matches files compressed in a way that this program cannot read. */
const OTHER_COMPRESSION = /\.(?:bz2|deflate|lz4|snappy|zst)$/;

/**
 * Erases a driver from the database, the private bucket and the summaries. It holds the archive's lock, so that nobody
 * archives or drops days meanwhile. If it is killed, it can be called again until it finds nothing.
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
    // A batch that the archive has begun would be written again under the same names, but from fewer records.
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
    records,
    ...found,
    wasNamed,
    keys: await erasure.keysOf(driverId),
    auditEvents: await erasure.countAuditEvents(driverId),
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
      // zlib reports such an error for a damaged file; all others are still read.
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
