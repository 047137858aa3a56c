import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SUMMARY_MANIFEST_KEY } from '@drivewatch/contracts';
import {
  ASSETS_PREFIX,
  ObjectNotFoundError,
  type ObjectStore,
  openObjectStore,
} from '@drivewatch/object-store';
import * as z from 'zod';
import { assertSame, Meter, readLines, writeBackupFile } from './backup-files';
import { inOrder } from './in-order';
import type { BucketManifest } from './manifest';
import type { BucketName } from './task';

/** How many objects are copied at a time. */
const AT_ONCE = 8;
/** A publication stays for a day after it was replaced, so one more try is usually enough. */
const PUBLICATION_ATTEMPTS = 5;

/** The next run of the summaries computes these again from the records, and may be changing them at this moment. */
const WORK_OF_SUMMARIES = 'summaries/';

const objectSchema = z.object({
  key: z.string(),
  bytes: z.int().nonnegative(),
  sha256: z.string(),
});
type CopiedObject = z.output<typeof objectSchema>;

/** Returns the folder of a backup that holds a bucket. */
const folderOf = (dir: string, name: BucketName): ObjectStore =>
  openObjectStore(pathToFileURL(join(dir, name)).href, { isPrivate: true });

const isLeftOut = (name: BucketName, key: string): boolean =>
  name === 'private' && key.startsWith(WORK_OF_SUMMARIES);

/**
 * Tells whether a key belongs to the files of the dashboard, which may have been published to a bucket before the
 * restore.
 */
const isAsset = (name: BucketName, key: string): boolean =>
  name === 'public' && key.startsWith(ASSETS_PREFIX);

/**
 * Copies a bucket to a backup. From the public one, everything that the published manifest names is copied, the
 * manifest last.
 */
export async function backUpBucket(
  dir: string,
  name: BucketName,
  bucket: ObjectStore,
  signal: AbortSignal,
): Promise<BucketManifest> {
  const folder = folderOf(dir, name);
  let objects = 0;
  let objectBytes = 0;
  async function* lines(): AsyncGenerator<string, void> {
    const keys = name === 'public' ? publicKeys(bucket, folder) : keysOf(bucket);
    const copies = inOrder(keys, AT_ONCE, async (key) => {
      signal.throwIfAborted();
      return await copyObject(bucket, folder, key);
    });
    for await (const copied of copies) {
      if (copied === null) continue;
      objects += 1;
      objectBytes += copied.bytes;
      yield `${JSON.stringify(copied)}\n`;
    }
    if (name === 'public')
      for await (const copied of copyPublication(bucket, folder)) {
        objects += 1;
        objectBytes += copied.bytes;
        yield `${JSON.stringify(copied)}\n`;
      }
  }
  const index = await writeBackupFile(dir, `${name}.jsonl`, lines(), { signal });
  return { url: bucket.url, objects, objectBytes, index };

  async function* keysOf(from: ObjectStore): AsyncGenerator<string, void> {
    for await (const { key } of from.list('')) if (!isLeftOut(name, key)) yield key;
  }
}

async function* publicKeys(bucket: ObjectStore, folder: ObjectStore): AsyncGenerator<string, void> {
  for await (const { key } of bucket.list(''))
    if (key !== SUMMARY_MANIFEST_KEY && (await folder.head(key)) === null) yield key;
}

/** Copies what the manifest of the summaries names and is not there yet, and then the manifest. */
async function* copyPublication(
  bucket: ObjectStore,
  folder: ObjectStore,
): AsyncGenerator<CopiedObject, void> {
  for (let attempt = 1; ; attempt += 1) {
    const manifest = await readObject(bucket, SUMMARY_MANIFEST_KEY);
    if (manifest === null) return;
    let isWhole = true;
    for (const key of filesOf(manifest)) {
      if ((await folder.head(key)) !== null) continue;
      const copied = await copyObject(bucket, folder, key);
      if (copied === null) isWhole = false;
      else yield copied;
    }
    if (isWhole) {
      const meter = new Meter();
      meter.add(manifest);
      await folder.put(SUMMARY_MANIFEST_KEY, manifest);
      yield { key: SUMMARY_MANIFEST_KEY, ...meter.result() };
      return;
    }
    if (attempt === PUBLICATION_ATTEMPTS)
      throw new Error(
        `${bucket.url}/${SUMMARY_MANIFEST_KEY} names objects that are not there; run the summaries`,
      );
  }
}

async function readObject(bucket: ObjectStore, key: string): Promise<Buffer | null> {
  try {
    const { body } = await bucket.get(key);
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return null;
    throw error;
  }
}

/** Returns all strings in the part of a manifest that names files, however it is structured. */
function filesOf(manifest: Buffer): string[] {
  const found: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === 'string') found.push(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
  };
  collect((JSON.parse(manifest.toString()) as { files?: unknown }).files);
  return found;
}

/** @returns `null` when the object no longer exists */
async function copyObject(from: ObjectStore, to: ObjectStore, key: string): Promise<CopiedObject | null> {
  const found = await from.get(key).catch((error: unknown) => {
    if (error instanceof ObjectNotFoundError) return null;
    throw error;
  });
  if (found === null) return null;
  const meter = new Meter();
  await to.put(key, meter.pass(found.body as AsyncIterable<Uint8Array>));
  const copied = { key, ...meter.result() };
  if (copied.bytes !== found.size)
    throw new Error(`${from.url}/${key} ended after ${copied.bytes} of its ${found.size} bytes`);
  return copied;
}

/** Reads an object to its end. @throws ObjectNotFoundError */
async function measured(bucket: ObjectStore, key: string): Promise<{ bytes: number; sha256: string }> {
  const { body } = await bucket.get(key);
  const meter = new Meter();
  for await (const chunk of body) meter.add(chunk as Buffer);
  return meter.result();
}

async function* indexOf(dir: string, { index }: BucketManifest): AsyncGenerator<CopiedObject, void> {
  for await (const line of readLines(dir, index)) yield objectSchema.parse(JSON.parse(line));
}

/** Reads the objects of a backup. @throws Error in one line naming an object that differs from what was written */
export async function checkBackupBucket(
  dir: string,
  name: BucketName,
  manifest: BucketManifest,
  signal: AbortSignal,
): Promise<void> {
  const folder = folderOf(dir, name);
  const checks = inOrder(indexOf(dir, manifest), AT_ONCE, async (object) => {
    signal.throwIfAborted();
    const path = join(dir, name, object.key);
    const found = await measured(folder, object.key).catch((cause: unknown) => {
      if (cause instanceof ObjectNotFoundError) throw new Error(`${path} is missing`, { cause });
      throw cause;
    });
    assertSame(path, object, found);
    return object.bytes;
  });
  let objects = 0;
  for await (const bytes of checks) objects += Number(bytes >= 0);
  if (objects !== manifest.objects)
    throw new Error(`${join(dir, manifest.index.path)} names ${objects} objects, not ${manifest.objects}`);
}

/**
 * @returns the key of an object in the bucket that a restore would leave beside the backup's objects or replace, or
 * `null`
 */
export async function foreignObject(
  dir: string,
  name: BucketName,
  bucket: ObjectStore,
  signal: AbortSignal,
): Promise<string | null> {
  const folder = folderOf(dir, name);
  const looks = inOrder(bucket.list(''), AT_ONCE, async ({ key, size }) => {
    signal.throwIfAborted();
    if (isLeftOut(name, key) || isAsset(name, key)) return null;
    if ((await folder.head(key))?.size !== size) return key;
    const [there, here] = await Promise.all([measured(bucket, key), measured(folder, key)]);
    return there.sha256 === here.sha256 ? null : key;
  });
  for await (const key of looks) if (key !== null) return key;
  return null;
}

/**
 * Copies the objects of a backup to a bucket, except those that are there already, which are read and compared. Files
 * of the dashboard are replaced by those of the backup.
 *
 * @returns how many were copied
 * @throws Error in one line naming an object that differs from what was written
 */
export async function restoreBucket(
  dir: string,
  name: BucketName,
  bucket: ObjectStore,
  { manifest, signal }: { manifest: BucketManifest; signal: AbortSignal },
): Promise<number> {
  const folder = folderOf(dir, name);
  const copies = inOrder(indexOf(dir, manifest), AT_ONCE, async (object) => {
    signal.throwIfAborted();
    const there = await bucket.head(object.key);
    if (there !== null) {
      const { sha256 } = await measured(bucket, object.key);
      if (sha256 === object.sha256) return 0;
      if (!isAsset(name, object.key))
        throw new Error(
          `${bucket.url}/${object.key} was changed meanwhile; stop what writes there, and run this again`,
        );
    }
    const copied = await copyObject(folder, bucket, object.key);
    if (copied === null) throw new Error(`${join(dir, name, object.key)} is missing`);
    assertSame(join(dir, name, object.key), object, copied);
    return 1;
  });
  let copied = 0;
  for await (const count of copies) copied += count;
  return copied;
}
