import { chmod, chown, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeContentsPrivate } from '../folder/private-folder';
import { UNPRIVILEGED } from './service-home';

const PRIVATE = 0o700;
/** Members of the group may pass through, to paths that belong to them and that they know by name. */
const PASSABLE = 0o710;
/** Folders in it that may belong to another user, because root does not run services itself. */
const SERVICE_HOMES = ['postgresql', 'redis'];

/**
 * Creates Drivewatch's data folder when it is absent, and closes it and everything in it to the other users of the
 * machine, because older versions left it open. Root lets the user who runs its services pass through, and nobody else.
 *
 * @returns how many files and folders in it others could read until now
 */
export async function preparePrivateDataFolder(dir: string): Promise<number> {
  await makeFolder(dir);
  const { uid } = await stat(dir);
  if (process.getuid?.() === 0) {
    await chown(dir, uid, await groupOfServices(dir, uid));
    await chmod(dir, PASSABLE);
  } else if (process.getuid?.() === uid) {
    await chmod(dir, PRIVATE);
  }
  return makeContentsPrivate(dir);
}

/**
 * Makes a folder and those above it. With `recursive`, Node reports ENOENT where the file system is read-only
 * (nodejs/node, issue 47098); without it, Node reports the true error.
 */
async function makeFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true, mode: PRIVATE });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    if (dirname(dir) !== dir) await makeFolder(dirname(dir));
    await mkdir(dir, { mode: PRIVATE });
  }
}

/**
 * Returns the group of existing services that are not the folder's owner's, or else the group that root gives new ones.
 */
async function groupOfServices(dir: string, owner: number): Promise<number> {
  for (const name of SERVICE_HOMES) {
    const home = await stat(join(dir, name)).catch(() => null);
    if (home !== null && home.uid !== owner && home.uid !== 0) return home.gid;
  }
  return UNPRIVILEGED.gid;
}
