import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Computes a hash over a requirements file of pip and the ones that it includes with `-r`.
 *
 * @throws Error when one of them cannot be read
 */
export async function hashRequirements(file: string): Promise<string> {
  const hash = createHash('sha256');
  for (const text of await readWithIncludes(file)) hash.update(text).update('\0');
  return hash.digest('hex');
}

async function readWithIncludes(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8');
  const included = [...text.matchAll(/^\s*(?:-r|--requirement)[\s=]+(\S+)/gm)];
  const texts = await Promise.all(
    included.map(([, name = '']) => readWithIncludes(join(dirname(file), name))),
  );
  return [text, ...texts.flat()];
}
