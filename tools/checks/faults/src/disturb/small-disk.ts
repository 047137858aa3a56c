import { execFile } from 'node:child_process';
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createTemporaryServicesDir, type TemporaryDir } from '@drivewatch/local-services';
import { beforeExit } from './before-exit';

const run = promisify(execFile);
const BLOCK = Buffer.alloc(64 * 1024);

/** @returns why no small disk can be made here, or `undefined` when one can */
export function whyNoSmallDisk(): string | undefined {
  if (process.platform !== 'linux') return 'a small disk is a tmpfs, which only Linux has';
  if (process.getuid?.() !== 0) return 'mounting a small disk takes root';
  return undefined;
}

/** A file system of a few megabytes in memory, which can be filled to the last byte. */
export class SmallDisk {
  private constructor(
    readonly dir: string,
    private readonly temporary: TemporaryDir,
    private readonly forget: () => void,
  ) {}

  /**
   * @param owner a folder whose owner will own the disk, too
   * @throws Error when mounting is not allowed, as in most containers
   */
  static async mount(sizeBytes: number, owner: string): Promise<SmallDisk> {
    const temporary = await createTemporaryServicesDir();
    const { uid, gid } = await stat(owner);
    const options = `size=${sizeBytes},mode=0700,uid=${uid},gid=${gid}`;
    await run('mount', ['-t', 'tmpfs', '-o', options, 'drivewatch-faults', temporary.dir]);
    const forget = beforeExit(() => unmount(temporary));
    return new SmallDisk(temporary.dir, temporary, forget);
  }

  /** Fills the disk to the last byte. */
  async fill(): Promise<void> {
    const file = await open(this.filler, 'w');
    try {
      for (;;) await file.write(BLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      await file.close();
    }
  }

  /** Frees what `fill` took. */
  async free(): Promise<void> {
    await rm(this.filler, { force: true });
  }

  async unmount(): Promise<void> {
    await unmount(this.temporary);
    this.forget();
  }

  private get filler(): string {
    return join(this.dir, 'filler');
  }
}

async function unmount(mountPoint: TemporaryDir): Promise<void> {
  // The unmount is lazy: a server that was just killed may still hold files open.
  await run('umount', ['--lazy', mountPoint.dir]);
  await mountPoint.remove();
}
