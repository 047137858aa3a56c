import { chmod, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The permissions of the owner; all others belong to the group and to everybody. */
const OWNERS = 0o700;
const PERMISSIONS = 0o777;

/**
 * Removes the permissions of everyone but the owner from everything in a folder, and from the folder itself.
 *
 * A folder that nobody else may enter is skipped: it hides its content, and it got its permissions only after
 * everything in it. So this is quick for a bucket of any size except the first time. Symbolic links are left alone, and
 * so is everything this user may not change.
 *
 * @returns how many files and folders had to be changed; 0 when there is no such folder
 */
export async function makePrivate(folder: string): Promise<number> {
  const stats = await lstat(folder).catch(nullIfMissing);
  if (stats === null || !stats.isDirectory() || !isOwn(stats.uid) || isPrivate(stats.mode)) return 0;
  return (await makeContentsPrivate(folder)) + (await restrict(folder, stats.mode));
}

/** Does the same for the content of a folder, whose own permissions are left to the caller. */
export async function makeContentsPrivate(folder: string): Promise<number> {
  let changed = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) changed += await makePrivate(path);
    else if (entry.isFile()) changed += await makeFilePrivate(path);
  }
  return changed;
}

async function makeFilePrivate(file: string): Promise<number> {
  const stats = await lstat(file).catch(nullIfMissing);
  if (stats === null || !stats.isFile() || !isOwn(stats.uid) || isPrivate(stats.mode)) return 0;
  return restrict(file, stats.mode);
}

/** Anything that disappears meanwhile need not be changed. */
async function restrict(path: string, mode: number): Promise<number> {
  return (await chmod(path, mode & OWNERS).catch(nullIfMissing)) === null ? 0 : 1;
}

const isPrivate = (mode: number): boolean => (mode & PERMISSIONS & ~OWNERS) === 0;
/** Root may change the permissions of everybody's files. */
const isOwn = (uid: number): boolean => [uid, 0].includes(process.getuid?.() ?? -1);

function nullIfMissing(error: unknown): null {
  if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
  throw error;
}
