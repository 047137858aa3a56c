import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { type ObjectStore, openObjectStore } from '@drivewatch/object-store';
import { publishAssets } from '../../src/publish-assets/publish-assets';

const MAIN = `console.log(${JSON.stringify('x'.repeat(2000))});`;

describe(publishAssets.name, () => {
  let scratch: string;
  let built: string;
  let bucket: ObjectStore;
  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'drivewatch-assets-'));
    built = join(scratch, 'built');
    await mkdir(join(built, 'media'), { recursive: true });
    await writeFile(join(built, 'index.html'), '<html></html>');
    await writeFile(join(built, 'main-4KX2QZ7A.js'), MAIN);
    await writeFile(join(built, 'media', 'roboto.woff2'), 'font');
    bucket = openObjectStore(pathToFileURL(join(scratch, 'bucket')).href);
  });
  afterEach(() => rm(scratch, { recursive: true, force: true }));

  const inBucket = (name: string): string => join(scratch, 'bucket', 'assets', name);

  async function keys(): Promise<string[]> {
    const found: string[] = [];
    for await (const { key } of bucket.list('')) found.push(key);
    return found;
  }

  it('puts all files but the page into the bucket, with compressed copies of the text', async () => {
    expect(await publishAssets(built, bucket)).toEqual({ written: 2, unchanged: 0 });
    expect(await keys()).toEqual([
      'assets/main-4KX2QZ7A.js',
      'assets/main-4KX2QZ7A.js.br',
      'assets/main-4KX2QZ7A.js.gz',
      'assets/media/roboto.woff2',
    ]);
    expect(await readFile(inBucket('main-4KX2QZ7A.js'), 'utf8')).toBe(MAIN);
    expect(gunzipSync(await readFile(inBucket('main-4KX2QZ7A.js.gz'))).toString()).toBe(MAIN);
    expect(brotliDecompressSync(await readFile(inBucket('main-4KX2QZ7A.js.br'))).toString()).toBe(MAIN);
  });

  it('writes only what has changed, and keeps files of earlier builds', async () => {
    await publishAssets(built, bucket);
    const before = await stat(inBucket('main-4KX2QZ7A.js'));
    await rm(join(built, 'media', 'roboto.woff2'));
    await writeFile(join(built, 'favicon.svg'), '<svg/>');
    expect(await publishAssets(built, bucket)).toEqual({ written: 1, unchanged: 1 });
    await writeFile(join(built, 'favicon.svg'), '<SVG/>');
    expect(await publishAssets(built, bucket)).toEqual({ written: 1, unchanged: 1 });
    expect(gunzipSync(await readFile(inBucket('favicon.svg.gz'))).toString()).toBe('<SVG/>');
    expect(await stat(inBucket('main-4KX2QZ7A.js'))).toMatchObject({
      ino: before.ino,
      mtimeMs: before.mtimeMs,
    });
    expect(await keys()).toContain('assets/media/roboto.woff2');
  });

  it('completes what an interrupted run has left without copies', async () => {
    await publishAssets(built, bucket);
    await bucket.delete('assets/main-4KX2QZ7A.js.gz');
    expect(await publishAssets(built, bucket)).toEqual({ written: 1, unchanged: 1 });
    expect(await keys()).toContain('assets/main-4KX2QZ7A.js.gz');
  });

  it('says what to do when nothing is built', async () => {
    await expect(publishAssets(scratch, bucket)).rejects.toThrow(
      `There is no built dashboard in ${scratch}; build it (npx nx build dashboard)`,
    );
  });

  it('names the bucket when it cannot be read', async () => {
    await writeFile(join(scratch, 'file'), '');
    const broken = openObjectStore(pathToFileURL(join(scratch, 'file')).href);
    await expect(publishAssets(built, broken)).rejects.toThrow(/^Cannot store file:\/\/\/.*assets\/main/);
  });
});
