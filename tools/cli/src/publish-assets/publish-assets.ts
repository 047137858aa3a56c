import { access, readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import {
  ASSETS_PREFIX,
  COMPRESSED_COPIES,
  hasCompressedCopies,
  type ObjectStore,
} from '@drivewatch/object-store';

const compress = {
  br: (bytes: Buffer) =>
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength },
    }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }),
};

/** How many of the built files were put into the bucket, and how many were there already, not counting their copies. */
export interface PublishedAssets {
  readonly written: number;
  readonly unchanged: number;
}

/**
 * Puts the built dashboard, except for its page, into the bucket, with compressed copies of text files. Files of
 * earlier builds stay, because open pages still load them.
 *
 * @param folder of the built dashboard
 * @throws Error when there is none; ObjectStoreError when the bucket fails
 */
export async function publishAssets(folder: string, bucket: ObjectStore): Promise<PublishedAssets> {
  const root = resolve(folder);
  const page = join(root, 'index.html');
  await access(page).catch((cause: unknown) => {
    throw new Error(`There is no built dashboard in ${root}; build it (npx nx build dashboard)`, { cause });
  });
  const stored = new Map<string, number>();
  for await (const { key, size } of bucket.list(ASSETS_PREFIX)) stored.set(key, size);

  let written = 0;
  let unchanged = 0;
  for (const file of await filesIn(root)) {
    if (file === page) continue;
    const key = ASSETS_PREFIX + relative(root, file).split(sep).join('/');
    const bytes = await readFile(file);
    if (await isStored(bucket, stored, key, bytes)) {
      unchanged += 1;
    } else {
      await putWithCopies(bucket, key, bytes);
      written += 1;
    }
  }
  return { written, unchanged };
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Tells whether the same bytes are there, and their copies, which are written first. */
async function isStored(
  bucket: ObjectStore,
  stored: ReadonlyMap<string, number>,
  key: string,
  bytes: Buffer,
): Promise<boolean> {
  if (stored.get(key) !== bytes.byteLength) return false;
  if (hasCompressedCopies(key) && !COMPRESSED_COPIES.every(({ ending }) => stored.has(key + ending)))
    return false;
  return bytes.equals(await buffer((await bucket.get(key)).body));
}

async function putWithCopies(bucket: ObjectStore, key: string, bytes: Buffer): Promise<void> {
  for (const { ending, encoding } of hasCompressedCopies(key) ? COMPRESSED_COPIES : []) {
    await bucket.put(key + ending, await compress[encoding](bytes));
  }
  await bucket.put(key, bytes);
}
