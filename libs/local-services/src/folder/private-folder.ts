import { chmod, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Permissions of the owner; all others are those of the group and of everybody. */
const OWNERS = 0o700;
const PERMISSIONS = 0o777;

/**
 * Takes the permissions of all but the owner from everything in a folder, and from the folder itself.
 *
 * A folder that nobody else may enter is not looked into: it hides what is in it, and has been dealt with when it got its
 * permissions, which it does after all that it holds. So this is quick for a bucket of any size but the first time.
 * Symbolic links are left alone, and so is what this user may not change.
 *
 * @returns how many files and folders had to be changed; 0 when there is no such folder
 */
export async function makePrivate(folder: string): Promise<number> {
  const stats = await lstat(folder).catch(nullIfMissing);
  if (stats === null || !stats.isDirectory() || !isOwn(stats.uid) || isPrivate(stats.mode)) return 0;
  return (await makeContentsPrivate(folder)) + (await restrict(folder, stats.mode));
}

/** The same for what is in a folder, whose own permissions are the caller's business. */
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

/** What goes meanwhile need not be changed. */
async function restrict(path: string, mode: number): Promise<number> {
  return (await chmod(path, mode & OWNERS).catch(nullIfMissing)) === null ? 0 : 1;
}

const isPrivate = (mode: number): boolean => (mode & PERMISSIONS & ~OWNERS) === 0;
/** Root may change everybody's. */
const isOwn = (uid: number): boolean => [uid, 0].includes(process.getuid?.() ?? -1);

function nullIfMissing(error: unknown): null {
  if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
  throw error;
}
