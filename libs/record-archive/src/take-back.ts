import { createWireRecordSchema, type DrivingRecord } from '@drivewatch/contracts';
import { createFleetClock, detailLineToRecord, splitLines } from '@drivewatch/detail-records';
import type { ObjectStore } from '@drivewatch/object-store';
import type { ArchiveSession, DrivingRecordRepository } from '@drivewatch/persistence';
import type { BucketBatch, BucketBatches } from './bucket-batches';
import { idsKeyOf } from './file-names';
import { type IdsHeader, idsAt, type RecordOrigin } from './record-ids';

export interface TakeBackOptions {
  readonly store: ObjectStore;
  readonly records: DrivingRecordRepository;
  readonly signal: AbortSignal;
  /** Is told, in lines for people, what was found and done. */
  readonly print: (line: string) => void;
}

/**
 * Takes back batches that this database has written but does not know, because it was restored to an earlier moment.
 * First their records are stored under their own ids, except those that are stored already; then their files are
 * deleted, so that the archive writes the records again. Batches of other databases are left alone.
 *
 * @returns false where a batch may be this database's and cannot be taken back
 */
export async function takeBack(
  session: ArchiveSession,
  batches: BucketBatches,
  options: TakeBackOptions,
): Promise<boolean> {
  const { store, print } = options;
  const known = await session.restore.knownBatches();
  const ownId = await session.databaseId();
  let foreign = 0;
  const unclear: string[] = [];
  for (const [name, batch] of batches.byName) {
    if (known.has(name)) continue;
    const [firstIds] = batch.ids;
    const header = firstIds === undefined ? undefined : (await idsAt(store, firstIds))?.header;
    if (header === undefined) unclear.push(name);
    else if (header.database !== ownId) foreign += 1;
    else if (!(await takeBatchBack(session, name, batch, options))) unclear.push(name);
  }
  if (foreign > 0) print(`Left alone: ${foreign} batches of other databases`);
  const [first] = unclear;
  if (first === undefined) return true;
  print(
    `NOT taken back: ${unclear.length} batches that PostgreSQL does not know, the first batch-${first}; their records' ids are not in the bucket, as of batches of versions before this one, or do not fit their files`,
  );
  return false;
}

async function takeBatchBack(
  { restore }: ArchiveSession,
  name: string,
  { files, ids }: BucketBatch,
  { store, records, signal, print }: TakeBackOptions,
): Promise<boolean> {
  // Everything is read before anything is stored: records that are stored are archived again, so their file must go.
  const nowhere = { insertNew: () => Promise.resolve(0) };
  if ((await storeFiles(files, { store, records: nowhere, signal })) === null) return false;
  const counts = await storeFiles(files, { store, records, signal });
  if (counts === null) return false;
  // A program that has lost the lock leaves the files to the one that has it.
  await restore.assertHeld();
  // A file is deleted before its ids, so that the next run can take back a file that is left.
  for (const key of [...files, ...ids]) await store.delete(key);
  print(
    `Taken back: batch-${name}, ${counts.found} records, of which PostgreSQL did not have ${counts.stored}`,
  );
  return true;
}

type StoreOptions = Pick<TakeBackOptions, 'store' | 'signal'> & {
  readonly records: Pick<DrivingRecordRepository, 'insertNew'>;
};

interface Counts {
  readonly found: number;
  readonly stored: number;
}

async function storeFiles(files: readonly string[], options: StoreOptions): Promise<Counts | null> {
  let [found, stored] = [0, 0];
  for (const key of files) {
    const origins = await idsAt(options.store, idsKeyOf(key));
    const counts = origins && (await storeFile(key, origins, options));
    if (counts === null) return null;
    found += counts.found;
    stored += counts.stored;
  }
  return { found, stored };
}

/** @returns `null` where a line is no record, or the numbers of ids and lines differ */
async function storeFile(
  key: string,
  { header, rows }: { header: IdsHeader; rows: readonly RecordOrigin[] },
  { store, records, signal }: StoreOptions,
): Promise<Counts | null> {
  const schema = createWireRecordSchema(createFleetClock(header.timeZone).toEpochMs);
  const { body } = await store.get(key);
  let found = 0;
  let stored = 0;
  for await (const lines of splitLines(body)) {
    const page: DrivingRecord[] = [];
    for (const { text } of lines) {
      const origin = rows[found];
      const wire = text === undefined ? undefined : detailLineToRecord(text);
      const parsed = schema.safeParse(wire);
      if (origin === undefined || !parsed.success) {
        body.destroy();
        return null;
      }
      page.push({ ...parsed.data, ...origin });
      found += 1;
    }
    signal.throwIfAborted();
    if (page.length > 0) stored += await records.insertNew(page);
  }
  return found === rows.length ? { found, stored } : null;
}
