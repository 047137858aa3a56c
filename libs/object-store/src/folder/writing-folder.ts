import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makePrivate } from '@drivewatch/local-services';
import { WRITING_FOLDER } from '../object-key';

const SUFFIX = '.part';
/** Nothing is idle for so long while it is written, so that its writer is dead. */
const LEFT_BEHIND_MS = 24 * 3600 * 1000;

/** Options for the folders of a bucket that are made. */
export const folderMode = (isPrivate: boolean): { mode?: number } => (isPrivate ? { mode: 0o700 } : {});

/** The folder inside a folder bucket, on its file system, where objects are until all of them has been written. */
export class WritingFolder {
  readonly path: string;
  private swept = false;

  /** @param root of the bucket @param isPrivate what is written is for its owner alone */
  constructor(
    private readonly root: string,
    private readonly isPrivate: boolean,
  ) {
    this.path = join(root, WRITING_FOLDER);
  }

  /**
   * Writes a file that survives a loss of power, which the caller moves to its place, or removes.
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

  /** Makes the folder unless it is there. */
  async make(): Promise<void> {
    await mkdir(this.path, { recursive: true, ...folderMode(this.isPrivate) });
  }

  /** Removes what writers that died have left, and corrects what is not as private as it is to be; once per process is enough. */
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
