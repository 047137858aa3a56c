import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { ObjectNotFoundError, ObjectStoreError } from '../src';
import { FolderStore } from '../src/folder/folder-store';
import { keysOf } from './keys-of';

describe('a folder bucket', () => {
  let scratch: string;
  let bucket: string;
  let store: FolderStore;
  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'drivewatch-folder-'));
    bucket = join(scratch, 'bucket with space');
    store = new FolderStore(bucket);
  });
  afterEach(() => rm(scratch, { recursive: true, force: true }));

  it('shows nothing of an object whose writer was killed, and keeps the one that was there', async () => {
    const program = join(scratch, 'dying-writer.mjs');
    await build({
      entryPoints: ['libs/object-store/test/dying-writer.ts'],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      tsconfig: 'tsconfig.base.json',
    });
    await store.put('kept', 'old');
    for (const key of ['kept', 'new/object']) {
      const writer = spawn(process.execPath, [program, bucket, key], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(writer.stdout, 'data');
      writer.kill('SIGKILL');
      await once(writer, 'exit');
    }
    expect(await keysOf(store, '')).toEqual(['kept']);
    expect(await text((await store.get('kept')).body)).toBe('old');
    await expect(store.get('new/object')).rejects.toThrow(ObjectNotFoundError);
  });

  it('is for its owner alone where it is private, also what was there before', async () => {
    await store.put('records/old.csv', 'a record');
    for (const path of ['', 'records', 'records/old.csv']) await chmod(join(bucket, path), 0o755);
    const ofOwner = new FolderStore(bucket, true);
    await ofOwner.put('records/day/new.csv', 'a record');
    await ofOwner.publish('manifest.json', '{}', { replaces: null });
    for (const path of await readdir(bucket, { recursive: true }))
      expect([path, (await stat(join(bucket, path))).mode & 0o077]).toEqual([path, 0]);
    expect((await stat(bucket)).mode & 0o777).toBe(0o700);
  });

  it('removes a day later what dead writers have left, and nothing younger', async () => {
    const writing = join(bucket, '.writing');
    await mkdir(writing, { recursive: true });
    await writeFile(join(writing, 'old.part'), 'x');
    await writeFile(join(writing, 'young.part'), 'x');
    const yesterday = new Date(Date.now() - 25 * 3600 * 1000);
    await utimes(join(writing, 'old.part'), yesterday, yesterday);
    await store.put('a', 'x');
    expect(await readdir(writing)).toEqual(['young.part']);
  });

  it('tells a file from the one before also when a tool has set its time back', async () => {
    const file = join(bucket, 'restored');
    const time = new Date('2017-01-03T02:00:00Z');
    await store.put('restored', 'old');
    await utimes(file, time, time);
    const before = await store.head('restored');
    await writeFile(file, 'new');
    await utimes(file, time, time);
    const after = await store.head('restored');
    expect(after).toMatchObject({ size: before?.size, lastModifiedMs: before?.lastModifiedMs });
    expect(after?.etag).not.toBe(before?.etag);
  });

  it('does not follow symbolic links, in or out of the bucket', async () => {
    const outside = join(scratch, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'secret.csv'), 'secret');
    await store.put('real/a', 'a');
    await symlink(outside, join(bucket, 'folder'));
    await symlink(join(outside, 'secret.csv'), join(bucket, 'file.csv'));
    await symlink(bucket, join(bucket, 'loop'));
    for (const key of ['folder/secret.csv', 'file.csv', 'loop/real/a']) {
      await expect(store.get(key)).rejects.toThrow(ObjectNotFoundError);
      expect(await store.head(key)).toBeNull();
    }
    await expect(store.put('folder/new.csv', 'x')).rejects.toThrow(ObjectStoreError);
    await expect(store.put('folder/new/deep.csv', 'x')).rejects.toThrow(/symbolic link/);
    await store.delete('folder/secret.csv');
    expect(await keysOf(store, '')).toEqual(['real/a']);
    expect(await keysOf(store, 'folder/')).toEqual([]);
    expect(await readdir(outside)).toEqual(['secret.csv']);
    await store.put('file.csv', 'new');
    expect(await text((await store.get('file.csv')).body)).toBe('new');
  });

  it('leaves no empty folders behind', async () => {
    await store.put('runs/1/deep/a', '');
    await store.put('runs/b', '');
    await store.delete('runs/1/deep/a');
    expect(await readdir(join(bucket, 'runs'))).toEqual(['b']);
  });

  it('puts and deletes beside each other in one folder without failing', async () => {
    const rounds = Array.from({ length: 40 }, (_, index) => `runs/shared/${index}`);
    await Promise.all(
      rounds.map(async (key) => {
        await store.put(key, 'x');
        await store.delete(key);
      }),
    );
    expect(await keysOf(store, '')).toEqual([]);
  });

  it('reads an object to its end that is replaced in the meantime', async () => {
    await store.put('a', 'the old one');
    const { body } = await store.get('a');
    await store.put('a', 'new');
    expect(await text(body)).toBe('the old one');
  });

  it('names the object in the error when the folder cannot be written', async () => {
    await writeFile(join(scratch, 'file'), '');
    const inFile = new FolderStore(join(scratch, 'file'));
    await expect(inFile.put('a', 'x')).rejects.toThrow(/^Cannot store file:\/\/\/.*\/file\/a: /);
    await store.put('a', 'x');
    await expect(store.put('a/b', 'x')).rejects.toThrow(ObjectStoreError);
  });
});
