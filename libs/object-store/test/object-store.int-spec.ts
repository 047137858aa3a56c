import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { type S3Server, startS3Server } from '@drivewatch/testing';
import {
  InvalidKeyError,
  ObjectChangedError,
  ObjectNotFoundError,
  type ObjectStore,
  ObjectStoreError,
  openObjectStore,
} from '../src';
import { keysOf } from './keys-of';
import { startLossyProxy } from './lossy-proxy';

const MIB = 1024 * 1024;

async function* chunks(count: number, failAt = Infinity): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index += 1) {
    if (index === failAt) throw new Error('the source broke');
    yield await Promise.resolve(Buffer.alloc(MIB, index));
  }
}

let folder: string;
let s3: S3Server;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drivewatch-bucket-'));
  s3 = await startS3Server();
  Object.assign(process.env, s3.credentials);
  await s3.createBucket('fleet');
}, 600_000);
afterAll(async () => {
  await s3.stop();
  await rm(folder, { recursive: true, force: true });
});

describe.each([
  ['a folder', () => openObjectStore(pathToFileURL(join(folder, randomUUID())).href)],
  ['S3', () => openObjectStore(`s3://fleet/${randomUUID()}`, { s3Endpoint: s3.endpoint })],
])('a bucket that is %s', (_, open) => {
  let store: ObjectStore;
  beforeEach(() => {
    store = open();
  });

  it('gives back what was put, with its size, and the same etag until it is replaced', async () => {
    const begunMs = Date.now();
    const stored = await store.put('records/date=2017-01-01/a.csv', 'd1,华AVM936\n');
    const got = await store.get('records/date=2017-01-01/a.csv');
    expect(await text(got.body)).toBe('d1,华AVM936\n');
    expect(got).toMatchObject({ key: stored.key, size: 13, etag: stored.etag });
    // S3 rounds times to whole seconds, and the time of a file is that of the last tick of the kernel's clock.
    expect(got.lastModifiedMs).toBeGreaterThan(begunMs - 2_000);
    expect(got.lastModifiedMs).toBeLessThanOrEqual(Date.now());
    expect(await store.head(stored.key)).toEqual({
      key: stored.key,
      size: 13,
      etag: stored.etag,
      lastModifiedMs: got.lastModifiedMs,
    });

    const replaced = await store.put(stored.key, new Uint8Array([1, 2]));
    expect(replaced.etag).not.toBe(stored.etag);
    expect(await buffer((await store.get(stored.key)).body)).toEqual(Buffer.from([1, 2]));
  });

  it('streams 20 MB, and parts of them', async () => {
    expect(await store.put('big', chunks(20))).toMatchObject({ key: 'big', size: 20 * MIB });
    const hash = createHash('sha256');
    for await (const chunk of (await store.get('big')).body) hash.update(chunk as Buffer);
    const expected = createHash('sha256');
    for await (const chunk of chunks(20)) expected.update(chunk);
    expect(hash.digest('hex')).toBe(expected.digest('hex'));

    const part = await store.get('big', { first: 7 * MIB - 1, last: 7 * MIB });
    expect(part.size).toBe(20 * MIB);
    expect(await buffer(part.body)).toEqual(Buffer.from([6, 7]));
  });

  it('stores an empty object when the stream has no bytes', async () => {
    expect(await store.put('empty', chunks(0))).toMatchObject({ size: 0 });
    expect(await text((await store.get('empty')).body)).toBe('');
  });

  it.each([2, 18])('leaves what was there when the source breaks after %d MB', async (failAt) => {
    await store.put('kept', 'old');
    await expect(store.put('kept', chunks(20, failAt))).rejects.toThrow('the source broke');
    await expect(store.put('new', chunks(20, failAt))).rejects.toThrow('the source broke');
    expect(await text((await store.get('kept')).body)).toBe('old');
    expect(await keysOf(store, '')).toEqual(['kept']);
  });

  it('says that an object is not there', async () => {
    await store.put('a/b', '');
    for (const key of ['missing', 'a', 'a/b/c', 'a/missing/c']) {
      await expect(store.get(key)).rejects.toThrow(ObjectNotFoundError);
      expect(await store.head(key)).toBeNull();
    }
    expect(await keysOf(store, 'missing/')).toEqual([]);
  });

  it('lists by the bytes of the keys, and takes the prefix as text', async () => {
    const keys = [
      'a/b',
      'a/b-c',
      'a/b.d',
      'a/b0/x',
      'a/bc/d',
      'a/b~',
      'a/华',
      'a/\u{10000}',
      'a/\uffee',
      'b',
    ];
    for (const key of [...keys].reverse()) await store.put(key, key);
    const inOrder = [...keys].sort((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)));
    expect(inOrder.slice(-4)).toEqual(['a/华', 'a/\uffee', 'a/\u{10000}', 'b']);
    expect(await keysOf(store, '')).toEqual(inOrder);
    expect(await keysOf(store, 'a/')).toEqual(inOrder.slice(0, -1));
    expect(await keysOf(store, 'a/b')).toEqual(['a/b', 'a/b-c', 'a/b.d', 'a/b0/x', 'a/bc/d', 'a/b~']);
    expect(await keysOf(store, 'a/b0/')).toEqual(['a/b0/x']);
  });

  it('lists folders where their keys belong, between files of like names', async () => {
    const keys = ['day-1', 'day.csv', 'day/x', 'day0'];
    for (const key of keys) await store.put(key, '');
    expect(await keysOf(store, 'day')).toEqual(keys);
  });

  it('lists more objects than S3 gives at a time', async () => {
    const keys = Array.from({ length: 1100 }, (_, index) => `many/${String(index).padStart(4, '0')}`);
    for (let from = 0; from < keys.length; from += 50) {
      await Promise.all(keys.slice(from, from + 50).map((key) => store.put(key, '')));
    }
    expect(await keysOf(store, 'many/')).toEqual(keys);
  });

  it('deletes an object, and does nothing when there is none', async () => {
    await store.put('runs/1/a', '');
    await store.put('runs/2/a', '');
    await store.delete('runs/1/a');
    await store.delete('runs/1/a');
    await store.delete('runs/1');
    await store.delete('runs');
    expect(await keysOf(store, '')).toEqual(['runs/2/a']);
  });

  it('keeps the key as it is, whatever characters it has', async () => {
    const key = "records/date=2017-01-01/100% + Müller's 华 (1)&?#;:@.csv";
    await store.put(key, 'x');
    expect(await keysOf(store, 'records/')).toEqual([key]);
    expect(await text((await store.get(key)).body)).toBe('x');
  });

  it.each([
    ['', /is empty/],
    ['/etc/passwd', /is empty, or has an empty segment/],
    ['a//b', /empty segment/],
    ['a/', /empty segment/],
    ['..', /segment ".."/],
    ['a/../../b', /segment ".."/],
    ['a/./b', /segment "."/],
    ['a\\..\\b', /backslash/],
    ['a\0b', /control character/],
    ['a\nb', /control character/],
    ['a\ud800b', /not Unicode/],
    ['.writing/x', /the store itself uses/],
    ['a/.writing/x', /the store itself uses/],
    ['é'.repeat(128), /segment longer than 255 bytes/],
    ['abc/'.repeat(256) + 'd', /longer than 1024 bytes/],
  ])('refuses the key %j', async (key, message) => {
    for (const attempt of [
      () => store.put(key, 'x'),
      () => store.publish(key, 'x', { replaces: null }),
      () => store.get(key),
      () => store.head(key),
      () => store.delete(key),
    ]) {
      const refusal = attempt();
      await expect(refusal).rejects.toThrow(InvalidKeyError);
      await expect(refusal).rejects.toThrow(message);
    }
  });

  it('refuses a prefix that would leave the bucket', async () => {
    await expect(keysOf(store, '../')).rejects.toThrow(InvalidKeyError);
    await expect(keysOf(store, '/etc/')).rejects.toThrow(InvalidKeyError);
  });

  it('lets exactly one of many publish what nobody has published before', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 12 }, (_, writer) => store.publish('m.json', `by ${writer}`, { replaces: null })),
    );
    const winner = results.findIndex(({ status }) => status === 'fulfilled');
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(ObjectChangedError);
    }
    expect(await text((await store.get('m.json')).body)).toBe(`by ${winner}`);
  });

  it('lets exactly one of many replace what all of them have read', async () => {
    const { etag } = await store.publish('m.json', 'first');
    const results = await Promise.allSettled(
      Array.from({ length: 12 }, (_, writer) => store.publish('m.json', `by ${writer}`, { replaces: etag })),
    );
    const winner = results.findIndex(({ status }) => status === 'fulfilled');
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await text((await store.get('m.json')).body)).toBe(`by ${winner}`);
    await expect(store.publish('m.json', 'late', { replaces: etag })).rejects.toThrow(ObjectChangedError);
    await expect(store.publish('gone.json', 'x', { replaces: etag })).rejects.toThrow(ObjectChangedError);
    await store.publish('m.json', 'whatever was there');
    expect(await text((await store.get('m.json')).body)).toBe('whatever was there');
  });
});

describe('an S3 server whose answer is lost', () => {
  it('has published the object, although a second attempt finds it there already', async () => {
    const proxy = await startLossyProxy(s3.endpoint);
    try {
      const store = openObjectStore(`s3://fleet/${randomUUID()}`, { s3Endpoint: proxy.endpoint });
      proxy.loseNextAnswer();
      const { etag } = await store.publish('m.json', 'mine', { replaces: null });
      expect(proxy.lost()).toBe(1);
      expect((await store.head('m.json'))?.etag).toBe(etag);
      await expect(store.publish('m.json', 'mine', { replaces: null })).rejects.toThrow(ObjectChangedError);
    } finally {
      await proxy.stop();
    }
  });
});

describe('an S3 bucket that is not there', () => {
  it('names the bucket and the key in its errors', async () => {
    const store = openObjectStore('s3://nowhere/p', { s3Endpoint: s3.endpoint });
    const message = /s3:\/\/nowhere\/p\/a\.csv: NoSuchBucket/;
    await expect(store.put('a.csv', 'x')).rejects.toThrow(message);
    await expect(store.get('a.csv')).rejects.toThrow(message);
    await expect(store.get('a.csv')).rejects.not.toThrow(ObjectNotFoundError);
    await expect(keysOf(store, '')).rejects.toThrow(ObjectStoreError);
  });

  it('says so when the server is away', async () => {
    const store = openObjectStore('s3://fleet', { s3Endpoint: 'http://127.0.0.1:1' });
    await expect(store.put('a.csv', 'x')).rejects.toThrow(
      /Cannot store s3:\/\/fleet\/a\.csv: .*ECONNREFUSED/,
    );
  });
});
