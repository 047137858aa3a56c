import type { ObjectStore } from '@drivewatch/object-store';
import {
  ArchiveRepository,
  type ArchiveSession,
  type ArchiveTotals,
  Database,
  DrivingRecordRepository,
} from '@drivewatch/persistence';
import { archiveAll, type ArchiveOptions } from './archive-records';
import { bucketCheck } from './check-bucket';
import { BucketBatches } from './bucket-batches';
import { takeBack } from './take-back';

export interface AfterRestoreOptions extends ArchiveOptions {
  /** Is told, in lines for people, what was found and done. */
  readonly print: (line: string) => void;
}

/**
 * Brings database and bucket together again after a backup of either was restored (docs/adr/0028). It can be repeated,
 * even after it was killed at any moment.
 *
 * @returns whether everything could be mended, and what was archived at the end
 * @throws ArchiveUnderWayError while somebody archives; ObjectStoreError; the driver's error; the signal's reason
 */
export async function afterRestore(
  options: AfterRestoreOptions,
): Promise<{ isWhole: boolean; archived: ArchiveTotals }> {
  const { databaseUrl, signal = new AbortController().signal } = options;
  return new ArchiveRepository(databaseUrl).exclusively(signal, async (session) => {
    const batches = await BucketBatches.read(options.store);
    await session.restore.moveNumbersBeyond(batches.largestNumber);
    const isWritable = await planLostFiles(session, options);
    const database = new Database(databaseUrl);
    let isTakenBack: boolean;
    try {
      const records = new DrivingRecordRepository(database);
      isTakenBack = await takeBack(session, batches, { ...options, signal, records });
    } finally {
      await database.close();
    }
    const archived = await archiveAll(session, options);
    return { isWhole: isWritable && isTakenBack, archived };
  });
}

/**
 * Plans to write missing files again, because the bucket may be older than the database, or have lost files.
 *
 * @returns whether all of them can be written again
 */
async function planLostFiles(
  { restore }: ArchiveSession,
  { store, print }: { store: ObjectStore; print: (line: string) => void },
): Promise<boolean> {
  const check = bucketCheck(store);
  let isWhole = true;
  for (const batch of await restore.finishedBatches()) {
    const difference = await check(batch.expected);
    if (difference === null) continue;
    const missing = await restore.writeAgain(batch);
    if (missing.length === 0) {
      print(`Batch ${batch.expected.id} is written again: ${difference}`);
      continue;
    }
    isWhole = false;
    const days = missing.filter((day) => day !== '').join(', ');
    print(
      `Batch ${batch.expected.id} CANNOT be written again: ${difference}, and PostgreSQL does not have all of its records${days === '' ? '' : ` of ${days}`}`,
    );
  }
  return isWhole;
}
