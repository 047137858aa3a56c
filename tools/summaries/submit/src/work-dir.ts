import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { commandLineOf } from '@drivewatch/local-services';

const PREFIX = 'run-';

/**
 * Makes this process's own folder for scratch files, and removes those of processes that were killed.
 *
 * @param parent its parent folder, which is made when it is absent
 * @returns its absolute path when `parent` is absolute
 */
export async function makeWorkDir(parent: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    const pid = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length)) : NaN;
    if (!Number.isInteger(pid) || (await commandLineOf(pid)) !== '') continue;
    await rm(join(parent, name), { recursive: true, force: true });
  }
  const mine = join(parent, `${PREFIX}${process.pid}`);
  await mkdir(mine, { recursive: true });
  return mine;
}
