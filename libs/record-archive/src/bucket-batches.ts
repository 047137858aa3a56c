import type { ObjectStore } from '@drivewatch/object-store';
import { batchOfKey, IDS_PREFIX, RECORDS_PREFIX } from './file-names';

/** The objects of one batch, by key. */
export interface BucketBatch {
  readonly files: string[];
  readonly ids: string[];
}

/** This is half of PostgreSQL's bigint range, which leaves room for what is added. */
const LARGEST_NUMBER = 2n ** 62n;

/**
 * The batches that the archive of any database has put into a bucket; they take a few hundred bytes of memory per file.
 */
export class BucketBatches {
  private constructor(readonly byName: ReadonlyMap<string, BucketBatch>) {}

  static async read(store: ObjectStore): Promise<BucketBatches> {
    const byName = new Map<string, BucketBatch>();
    for (const prefix of [RECORDS_PREFIX, IDS_PREFIX])
      for await (const { key } of store.list(prefix)) {
        const name = batchOfKey(key);
        if (name === null) continue;
        const batch = byName.get(name) ?? { files: [], ids: [] };
        (prefix === IDS_PREFIX ? batch.ids : batch.files).push(key);
        byName.set(name, batch);
      }
    return new BucketBatches(byName);
  }

  /** Returns the store number beyond which there is no batch. */
  get largestNumber(): bigint {
    let largest = 0n;
    for (const name of this.byName.keys()) {
      const toXid = BigInt(name.split('-')[1] ?? 0);
      if (toXid > largest && toXid < LARGEST_NUMBER) largest = toXid;
    }
    return largest;
  }
}
