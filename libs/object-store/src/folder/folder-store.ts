import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { constants, lstat, mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { withFileLock } from '@drivewatch/local-services';
import { checkKey, checkPrefix } from '../object-key';
import {
  type ByteRange,
  type ObjectBody,
  ObjectChangedError,
  type ObjectInfo,
  ObjectNotFoundError,
  type ObjectStore,
  ObjectStoreError,
  type StoredObject,
} from '../object-store';
import { ReadBody } from '../read-body';
import { listKeys } from './folder-list';
import { folderMode, WritingFolder } from './writing-folder';

/** How often another process may delete the folder that an object is about to be moved to, because it is empty. */
const PLACE_ATTEMPTS = 10;
/** A publication takes milliseconds; the limit is longer than a lock lasts whose holder died on another machine. */
const LOCK_LIMIT_MS = 45_000;

/**
 * A bucket that is a folder; an object's key is its path. Symbolic links in it are not objects and are not followed.
 */
export class FolderStore implements ObjectStore {
  readonly url: string;
  private readonly root: string;
  private readonly writing: WritingFolder;

  /** @param isPrivate keeps everything in it from the other users of the machine */
  constructor(
    folder: string,
    private readonly isPrivate = false,
  ) {
    this.root = resolve(folder);
    this.url = pathToFileURL(this.root).href;
    this.writing = new WritingFolder(this.root, isPrivate);
  }

  async put(key: string, body: ObjectBody): Promise<StoredObject> {
    const file = this.fileOf(key);
    const source = new ReadBody(body);
    try {
      const written = await this.writing.write(source);
      return await this.place(written, key, file);
    } catch (error) {
      if (source.failure !== undefined) throw source.failure.error;
      throw this.failed('store', key, error);
    }
  }

  async get(key: string, range?: ByteRange): Promise<ObjectInfo & { readonly body: Readable }> {
    const file = this.fileOf(key);
    try {
      if ((await this.statOf(key, file)) === null) throw this.notFound(key);
      const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
      const info = infoOf(key, await handle.stat({ bigint: true }));
      return {
        ...info,
        body: handle.createReadStream(range && { start: range.first, end: range.last }),
      };
    } catch (error) {
      throw isMissing(error) ? this.notFound(key) : this.failed('read', key, error);
    }
  }

  async head(key: string): Promise<ObjectInfo | null> {
    const file = this.fileOf(key);
    try {
      const stats = await this.statOf(key, file);
      return stats && infoOf(key, stats);
    } catch (error) {
      throw this.failed('read', key, error);
    }
  }

  async *list(prefix: string): AsyncGenerator<ObjectInfo> {
    checkPrefix(prefix);
    try {
      if (await this.hasLink(prefix.split('/').slice(0, -1))) return;
      for await (const key of listKeys(this.root, prefix)) {
        const stats = await lstat(join(this.root, key), { bigint: true }).catch(nullIfMissing);
        if (stats?.isFile() === true) yield infoOf(key, stats);
      }
    } catch (error) {
      throw this.failed('list', prefix, error);
    }
  }

  async publish(
    key: string,
    body: Uint8Array | string,
    options: { readonly replaces?: string | null } = {},
  ): Promise<StoredObject> {
    const { replaces } = options;
    if (replaces === undefined) return this.put(key, body);
    checkKey(key);
    try {
      await this.writing.make();
      const lock = createHash('sha256').update(key).digest('hex');
      return await withFileLock(this.writing.path, lock, { waitLimitMs: LOCK_LIMIT_MS }, async () => {
        const current = await this.head(key);
        if ((current?.etag ?? null) !== replaces) {
          throw new ObjectChangedError(`${this.url}/${key} has been changed by another writer`);
        }
        return this.put(key, body);
      });
    } catch (error) {
      throw this.failed('publish', key, error);
    }
  }

  async delete(key: string): Promise<void> {
    const file = this.fileOf(key);
    try {
      if ((await this.statOf(key, file)) === null) return;
      await rm(file, { force: true });
      await this.removeEmptyFolders(dirname(file));
    } catch (error) {
      throw this.failed('delete', key, error);
    }
  }

  /** Moves a written file durably to the place that its key names. */
  private async place(written: string, key: string, file: string): Promise<StoredObject> {
    try {
      if (await this.hasLink(key.split('/').slice(0, -1))) {
        throw new Error('a folder on its way is a symbolic link');
      }
      for (let attempt = 1; ; attempt += 1) {
        const firstMade = await mkdir(dirname(file), { recursive: true, ...folderMode(this.isPrivate) });
        try {
          const stats = await renamed(written, file);
          await syncFolders(dirname(file), firstMade === undefined ? dirname(file) : dirname(firstMade));
          return infoOf(key, stats);
        } catch (error) {
          if (!isMissing(error) || attempt === PLACE_ATTEMPTS) throw error;
        }
      }
    } catch (error) {
      await rm(written, { force: true });
      throw error;
    }
  }

  private fileOf(key: string): string {
    return join(this.root, checkKey(key));
  }

  private async statOf(key: string, file: string): Promise<BigIntStats | null> {
    if (await this.hasLink(key.split('/').slice(0, -1))) return null;
    const stats = await lstat(file, { bigint: true }).catch(nullIfMissing);
    return stats?.isFile() === true ? stats : null;
  }

  /** Returns whether one of these folders, each inside the one before, is a symbolic link. */
  private async hasLink(folders: readonly string[]): Promise<boolean> {
    let path = this.root;
    for (const folder of folders) {
      path = join(path, folder);
      const stats = await lstat(path).catch(nullIfMissing);
      if (stats === null) return false;
      if (stats.isSymbolicLink()) return true;
    }
    return false;
  }

  private async removeEmptyFolders(from: string): Promise<void> {
    for (let folder = from; folder !== this.root; folder = dirname(folder)) {
      try {
        await rmdir(folder);
      } catch {
        // The folder holds other objects, or another process was quicker.
        return;
      }
    }
  }

  private notFound(key: string): ObjectNotFoundError {
    return new ObjectNotFoundError(`There is no object ${this.url}/${key}`);
  }

  private failed(what: string, key: string, cause: unknown): Error {
    if (cause instanceof ObjectStoreError) return cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new ObjectStoreError(`Cannot ${what} ${this.url}/${key}: ${reason}`, { cause });
  }
}

/** Renames the file and reads its facts through the open file, because the new name may already be another writer's. */
async function renamed(from: string, to: string): Promise<BigIntStats> {
  const handle = await open(from, constants.O_RDONLY);
  try {
    await rename(from, to);
    return await handle.stat({ bigint: true });
  } finally {
    await handle.close();
  }
}

/**
 * Returns an object's facts. The etag contains the time of the last change (ctime), because tools that copy or restore
 * files set the other time back.
 */
function infoOf(key: string, stats: BigIntStats): ObjectInfo {
  const etag = createHash('sha256')
    .update(`${stats.size} ${stats.mtimeNs} ${stats.ctimeNs} ${stats.ino}`)
    .digest('hex')
    .slice(0, 32);
  return { key, size: Number(stats.size), etag: `"${etag}"`, lastModifiedMs: Number(stats.mtimeMs) };
}

/** Makes the names in a folder, and in the folders above it up to `last`, survive a loss of power. */
async function syncFolders(first: string, last: string): Promise<void> {
  for (let folder = first; ; folder = dirname(folder)) {
    const handle = await open(folder, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (folder === last || folder === dirname(folder)) return;
  }
}

const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

function nullIfMissing(error: unknown): null {
  if (isMissing(error)) return null;
  throw error;
}
