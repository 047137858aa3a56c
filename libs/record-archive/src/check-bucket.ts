import type { ObjectStore } from '@drivewatch/object-store';
import type { BucketCheck } from '@drivewatch/persistence';
import { batchName, batchOfKey, RECORDS_PREFIX } from './file-names';

interface Totals {
  files: number;
  bytes: number;
}

/**
 * Makes a check of whether files that the archive has noted are in the bucket with their sizes. Batches whose files
 * were not noted are compared by the number and size of all their files, for which the bucket is listed once.
 */
export function bucketCheck(store: ObjectStore): BucketCheck {
  const sizes = new Map<string, number | null>();
  let listed: Promise<Map<string, Totals>> | undefined;
  return async (expected) => {
    if (expected.files === undefined) {
      const found = (await (listed ??= totalsByBatch(store))).get(batchName(expected));
      const { files, bytes } = expected.totals;
      if (found?.files === files && found.bytes === bytes) return null;
      return `the bucket has ${found?.files ?? 0} files (${found?.bytes ?? 0} bytes) of batch ${expected.id}, not ${files} (${bytes})`;
    }
    for (const { key, bytes } of expected.files) {
      const size = sizes.has(key) ? sizes.get(key) : ((await store.head(key))?.size ?? null);
      sizes.set(key, size ?? null);
      if (size === null) return `${key} is not in the bucket`;
      if (size !== bytes) return `${key} has ${size} bytes in the bucket, not ${bytes}`;
    }
    return null;
  };
}

async function totalsByBatch(store: ObjectStore): Promise<Map<string, Totals>> {
  const found = new Map<string, Totals>();
  for await (const { key, size } of store.list(RECORDS_PREFIX)) {
    const name = batchOfKey(key);
    if (name === null) continue;
    const totals = found.get(name) ?? { files: 0, bytes: 0 };
    found.set(name, { files: totals.files + 1, bytes: totals.bytes + size });
  }
  return found;
}
