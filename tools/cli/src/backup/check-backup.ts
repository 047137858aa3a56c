import { checkBackupFile } from './backup-files';
import { checkBackupBucket } from './buckets';
import type { Manifest } from './manifest';
import { BUCKETS } from './task';

/**
 * Reads all of a backup.
 *
 * @returns how many files and bytes it has
 * @throws Error in one line naming a file that differs from what was written
 */
export async function checkBackup(
  dir: string,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<{ files: number; bytes: number }> {
  const buckets = manifest.buckets === null ? [] : Object.values(manifest.buckets);
  const all = [
    ...manifest.database.tables.map(({ file }) => file),
    manifest.queue.file,
    ...buckets.map(({ index }) => index),
  ];
  for (const file of all) await checkBackupFile(dir, file, signal);
  if (manifest.buckets !== null)
    for (const name of BUCKETS) await checkBackupBucket(dir, name, manifest.buckets[name], signal);
  const objects = buckets.reduce((sum, bucket) => sum + bucket.objects, 0);
  const bytes = buckets.reduce((sum, bucket) => sum + bucket.objectBytes, 0);
  return { files: all.length + objects, bytes: all.reduce((sum, file) => sum + file.bytes, bytes) };
}
