import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePrivate } from '../src';

describe(makePrivate, () => {
  let dir: string;
  let folder: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'private-folder-'));
    folder = join(dir, 'bucket');
  });
  afterEach(() => rm(dir, { recursive: true }));

  /** Adds a folder that everybody may read. */
  const addFolder = async (path: string) => {
    await mkdir(join(folder, path), { recursive: true });
    await chmod(join(folder, path), 0o755);
  };
  const addFile = async (path: string, mode = 0o644) => {
    await writeFile(join(folder, path), 'a record');
    await chmod(join(folder, path), mode);
  };
  const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

  it('leaves files and folders of any depth to their owner alone, once', async () => {
    await addFolder('.');
    await addFolder('records');
    await addFolder('records/date=2026-11-25');
    await addFile('records/date=2026-11-25/a.csv');
    await addFile('program', 0o755);
    expect(await makePrivate(folder)).toBe(5);
    for (const path of ['.', 'records', 'records/date=2026-11-25', 'program'])
      expect([path, await modeOf(join(folder, path))]).toEqual([path, '700']);
    expect(await modeOf(join(folder, 'records/date=2026-11-25/a.csv'))).toBe('600');
    expect(await makePrivate(folder)).toBe(0);
  });

  it('follows no link out of the folder', async () => {
    await addFolder('.');
    await mkdir(join(dir, 'elsewhere'));
    await writeFile(join(dir, 'elsewhere/page.html'), 'for everybody');
    for (const path of ['elsewhere', 'elsewhere/page.html']) await chmod(join(dir, path), 0o755);
    await symlink(join(dir, 'elsewhere'), join(folder, 'link'));
    await symlink(join(dir, 'elsewhere/page.html'), join(folder, 'page'));
    expect(await makePrivate(folder)).toBe(1);
    expect(await modeOf(join(dir, 'elsewhere'))).toBe('755');
    expect(await modeOf(join(dir, 'elsewhere/page.html'))).toBe('755');
  });

  it('has nothing to do where there is no folder', async () => {
    expect(await makePrivate(folder)).toBe(0);
  });
});
