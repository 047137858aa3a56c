import { pathToFileURL } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type ObjectStore, openObjectStore } from '@drivewatch/object-store';
import { type EdgeCache, eventually, type Stack, startEdgeCache } from '@drivewatch/testing';
import { suiteStack } from './suite-stack';
import { ask } from './ask';
import { type CountingOrigin, startCountingOrigin } from './counting-origin';

const RUN_FILE = 'summaries/run=0a1b/hourly.csv';

describe('an nginx with docker/nginx/edge-cache.conf in front of the API', () => {
  let stack: Stack;
  let bucket: ObjectStore;
  let origin: CountingOrigin;
  let edge: EdgeCache;
  beforeAll(async () => {
    stack = await suiteStack();
    bucket = openObjectStore(pathToFileURL(stack.publicFolder).href);
  });
  beforeEach(async () => {
    origin = await startCountingOrigin(`${stack.url}/cdn/`);
    edge = await startEdgeCache(origin.url);
    await bucket.put(RUN_FILE, '0123456789');
  });
  afterEach(async () => {
    await edge.stop();
    await origin.stop();
  });

  const asked = (path: string) => origin.requests.filter((request) => request.path === path);

  it('serves the second request from its cache', async () => {
    const first = await ask(edge.url, RUN_FILE);
    const second = await ask(edge.url, RUN_FILE);
    expect([first, second].map(({ headers }) => headers['x-cache-status'])).toEqual(['MISS', 'HIT']);
    expect(second).toMatchObject({ status: 200, body: Buffer.from('0123456789') });
    for (const name of ['content-type', 'cache-control', 'etag', 'last-modified', 'x-content-type-options']) {
      expect(second.headers[name]).toBe(first.headers[name]);
      expect(first.headers[name]).toBeDefined();
    }
    expect(second.headers['access-control-allow-origin']).toBe('*');
    expect(asked(RUN_FILE)).toHaveLength(1);
  });

  it('asks the origin once for something that many request at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(edge.url, RUN_FILE)));
    expect(answers.every(({ body }) => body.toString() === '0123456789')).toBe(true);
    expect(asked(RUN_FILE)).toHaveLength(1);
  });

  it('serves parts and 304, even from its cache', async () => {
    for (const expected of ['MISS', 'HIT']) {
      const part = await ask(edge.url, RUN_FILE, { headers: { range: 'bytes=2-4' } });
      expect([part.status, part.body.toString()]).toEqual([206, '234']);
      expect(part.headers).toMatchObject({ 'content-range': 'bytes 2-4/10', 'x-cache-status': expected });
    }
    const { headers } = await ask(edge.url, RUN_FILE);
    const known = await ask(edge.url, RUN_FILE, { headers: { 'if-none-match': String(headers.etag) } });
    expect([known.status, known.body.length, known.headers['x-cache-status']]).toEqual([304, 0, 'HIT']);
    expect(asked(RUN_FILE)).toHaveLength(1);
  });

  it('caches each encoding separately, however the browser spells what it accepts', async () => {
    const script = 'console.log(1)';
    await bucket.put('assets/main-4KX2QZ7A.js.br', brotliCompressSync(script));
    await bucket.put('assets/main-4KX2QZ7A.js.gz', gzipSync(script));
    await bucket.put('assets/main-4KX2QZ7A.js', script);
    const get = async (accepted: string) => {
      const { headers } = await ask(edge.url, 'assets/main-4KX2QZ7A.js', {
        headers: { 'accept-encoding': accepted },
      });
      return [headers['content-encoding'], headers['x-cache-status']];
    };
    expect(await get('gzip, deflate, br')).toEqual(['br', 'MISS']);
    expect(await get('br;q=1.0, gzip')).toEqual(['br', 'HIT']);
    expect(await get('gzip')).toEqual(['gzip', 'MISS']);
    expect(await get('deflate, gzip;q=0.8, br;q=0')).toEqual(['gzip', 'HIT']);
    expect(await get('identity')).toEqual([undefined, 'MISS']);
    expect(await get('gzip;q=0')).toEqual([undefined, 'HIT']);
    const zipped = await ask(edge.url, 'assets/main-4KX2QZ7A.js', { headers: { 'accept-encoding': 'gzip' } });
    expect(zipped.body).toEqual(gzipSync(script));
  });

  it('revalidates stale objects by their etag, and serves even those while the origin is away', async () => {
    origin.shortenLives();
    const { headers } = await ask(edge.url, RUN_FILE);
    const untilStatus = (status: string) =>
      eventually(async () => {
        const answer = await ask(edge.url, RUN_FILE);
        expect(answer.headers['x-cache-status']).toBe(status);
        expect(answer.body.toString()).toBe('0123456789');
      });
    await untilStatus('REVALIDATED');
    expect(asked(RUN_FILE).map(({ ifNoneMatch }) => ifNoneMatch)).toEqual([undefined, headers.etag]);
    origin.fail();
    await untilStatus('STALE');
  });

  it('does not cache errors', async () => {
    origin.fail();
    for (const expected of ['MISS', 'MISS']) {
      const answer = await ask(edge.url, RUN_FILE);
      expect([answer.status, answer.headers['x-cache-status']]).toEqual([503, expected]);
    }
  });

  it('does not cache that something does not exist', async () => {
    const key = 'summaries/run=0a1b/late.csv';
    await bucket.delete(key);
    expect((await ask(edge.url, key)).status).toBe(404);
    await bucket.put(key, 'here');
    expect((await ask(edge.url, key)).body.toString()).toBe('here');
  });

  it.each(['POST', 'PUT', 'DELETE'])('refuses %s and does not bother the origin', async (method) => {
    expect((await ask(edge.url, 'refused.csv', { method })).status).toBe(405);
    expect(asked('refused.csv')).toEqual([]);
  });
});
