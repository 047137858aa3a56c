import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makePrivate } from '@drivewatch/local-services';
import { WRITING_FOLDER } from '../object-key';

const SUFFIX = '.part';
/** No file is idle for so long while it is being written, so its writer must be dead. */
const LEFT_BEHIND_MS = 24 * 3600 * 1000;

/** Returns the options with which a bucket's folders are made. */
export const folderMode = (isPrivate: boolean): { mode?: number } => (isPrivate ? { mode: 0o700 } : {});

/** The folder inside a folder bucket, on its file system, that holds objects until they are completely written. */
export class WritingFolder {
  readonly path: string;
  private swept = false;

  /** @param root the bucket's folder @param isPrivate makes written files readable for their owner alone */
  constructor(
    private readonly root: string,
    private readonly isPrivate: boolean,
  ) {
    this.path = join(root, WRITING_FOLDER);
  }

  /**
   * Writes a file so that it survives a loss of power; the caller moves it to its place or removes it.
   *
   * @returns its path
   */
  async write(body: AsyncIterable<Uint8Array>): Promise<string> {
    await this.make();
    await this.sweep();
    const file = join(this.path, `${randomUUID()}${SUFFIX}`);
    try {
      const handle = await open(file, 'wx', this.isPrivate ? 0o600 : undefined);
      try {
        await handle.writeFile(body);
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
    return file;
  }

  /** Makes the folder unless it exists. */
  async make(): Promise<void> {
    await mkdir(this.path, { recursive: true, ...folderMode(this.isPrivate) });
  }

  /**
   * Removes files that dead writers have left, and corrects permissions that are too wide; once per process is enough.
   */
  private async sweep(): Promise<void> {
    if (this.swept) return;
    this.swept = true;
    if (this.isPrivate) await makePrivate(this.root);
    const before = Date.now() - LEFT_BEHIND_MS;
    for (const name of await readdir(this.path)) {
      if (!name.endsWith(SUFFIX)) continue;
      const file = join(this.path, name);
      const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Infinity }));
      if (mtimeMs < before) await rm(file, { force: true });
    }
  }
}
