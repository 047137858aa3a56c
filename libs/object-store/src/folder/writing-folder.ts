import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { WRITING_FOLDER } from '../object-key';

const SUFFIX = '.part';
/** Nothing is idle for so long while it is written, so that its writer is dead. */
const LEFT_BEHIND_MS = 24 * 3600 * 1000;

/** The folder inside a folder bucket, on its file system, where objects are until all of them has been written. */
export class WritingFolder {
  readonly path: string;
  private swept = false;

  /** @param root of the bucket */
  constructor(root: string) {
    this.path = join(root, WRITING_FOLDER);
  }

  /**
   * Writes a file that survives a loss of power, which the caller moves to its place, or removes.
   *
   * @returns its path
   */
  async write(body: AsyncIterable<Uint8Array>): Promise<string> {
    await mkdir(this.path, { recursive: true });
    await this.sweep();
    const file = join(this.path, `${randomUUID()}${SUFFIX}`);
    try {
      const handle = await open(file, 'wx');
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

  /** Removes what writers that died have left; once per process is enough. */
  private async sweep(): Promise<void> {
    if (this.swept) return;
    this.swept = true;
    const before = Date.now() - LEFT_BEHIND_MS;
    for (const name of await readdir(this.path)) {
      if (!name.endsWith(SUFFIX)) continue;
      const file = join(this.path, name);
      const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Infinity }));
      if (mtimeMs < before) await rm(file, { force: true });
    }
  }
}
