import type { ObjectStore } from '@drivewatch/object-store';
import { ArchiveRepository, type DroppedDays } from '@drivewatch/persistence';
import { bucketCheck } from './check-bucket';

const DAY_MS = 86_400_000;

/**
 * Drops from PostgreSQL the days older than so many days, as far as they are archived and a check finds them in the
 * bucket; never while an archive is under way.
 *
 * @param nowMs epoch milliseconds
 * @throws ArchiveUnderWayError while an archive is written, or another program drops days; the driver's error;
 * ObjectStoreError; the signal's reason
 */
export async function dropArchivedDays(
  databaseUrl: string,
  store: ObjectStore,
  retentionDays: number,
  nowMs: number,
  signal: AbortSignal = new AbortController().signal,
): Promise<DroppedDays> {
  const before = new Date(nowMs - retentionDays * DAY_MS).toISOString().slice(0, 10);
  return new ArchiveRepository(databaseUrl).exclusively(signal, (session) =>
    session.dropDays(before, bucketCheck(store)),
  );
}
