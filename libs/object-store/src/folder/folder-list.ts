import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { WRITING_FOLDER } from '../object-key';

/**
 * Lists the keys of a bucket's folder that begin with `prefix`, in the order of their UTF-8 bytes; symbolic links and
 * unfinished files are left out. It reads one folder at a time.
 */
export async function* listKeys(root: string, prefix: string): AsyncGenerator<string> {
  yield* walk(root, prefix.slice(0, prefix.lastIndexOf('/') + 1), prefix);
}

/** @param folder the key of the folder with a slash at its end, or empty for the bucket itself */
async function* walk(root: string, folder: string, prefix: string): AsyncGenerator<string> {
  for (const entry of inKeyOrder(await entriesOf(join(root, folder)))) {
    const key = folder + entry.name;
    if (entry.isFile() && key.startsWith(prefix)) yield key;
    if (!entry.isDirectory() || entry.name === WRITING_FOLDER) continue;
    const inside = `${key}/`;
    if (inside.startsWith(prefix) || prefix.startsWith(inside)) yield* walk(root, inside, prefix);
  }
}

/** Sorts a folder where its keys belong: by its name with the slash that follows it in them. */
function inKeyOrder(entries: readonly Dirent[]): Dirent[] {
  return entries
    .map((entry) => ({ entry, bytes: Buffer.from(entry.isDirectory() ? `${entry.name}/` : entry.name) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ entry }) => entry);
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    // The folder never existed, was deleted in the meantime, or is an object.
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
