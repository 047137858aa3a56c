import { chmod, chown, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeContentsPrivate } from '../folder/private-folder';
import { UNPRIVILEGED } from './service-home';

const PRIVATE = 0o700;
/** Those of the group may pass through, to what is theirs and they know by name. */
const PASSABLE = 0o710;
/** Folders in it that may belong to another user, because root does not run services itself. */
const SERVICE_HOMES = ['postgresql', 'redis'];

/**
 * Makes Drivewatch's data folder when it is absent, and takes it and all that is in it from the other users of the
 * machine, as old ones are not. Root lets the user through that its services run as, and nobody else.
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
 * Makes a folder and those above it. With `recursive`, Node says ENOENT where the file system is read-only
 * (nodejs/node, issue 47098); without, it says so.
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

/** That of services which are there already and not of the folder's owner; else that which root gives to new ones. */
async function groupOfServices(dir: string, owner: number): Promise<number> {
  for (const name of SERVICE_HOMES) {
    const home = await stat(join(dir, name)).catch(() => null);
    if (home !== null && home.uid !== owner && home.uid !== 0) return home.gid;
  }
  return UNPRIVILEGED.gid;
}
