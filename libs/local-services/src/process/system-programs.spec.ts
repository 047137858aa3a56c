import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findProgram } from './system-programs.mjs';

describe(findProgram.name, () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'system-programs-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  async function aFile(name: string, mode: number): Promise<string> {
    const file = join(dir, name);
    await writeFile(file, '#!/bin/sh\n');
    await chmod(file, mode);
    return file;
  }

  it('prefers the first name, wherever on the path it is', async () => {
    const preferred = await aFile('preferred', 0o755);
    expect(await findProgram(['preferred', 'sh'], ['/bin', dir].join(delimiter))).toBe(preferred);
  });

  it('takes the next name when the first is missing or cannot be run', async () => {
    await aFile('preferred', 0o644);
    const other = await aFile('other', 0o755);
    expect(await findProgram(['missing', 'preferred', 'other'], dir)).toBe(other);
  });

  it('finds nothing on an empty path', async () => {
    await aFile('preferred', 0o755);
    expect(await findProgram(['preferred'], '')).toBeUndefined();
  });
});
