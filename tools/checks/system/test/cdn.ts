import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, gunzipSync, gzipSync } from 'node:zlib';
import type { Problem } from '@drivewatch/contracts';
import { type ObjectStore, openObjectStore } from '@drivewatch/object-store';
import { type S3Server, type Stack, startS3Server } from '@drivewatch/testing';
import { ask, type Answer } from './ask';
import { suiteStack } from './suite-stack';

const MANIFEST = '{"run":"0a1b"}';
const DAY = gzipSync('{"day":"2017-01-01"}');
const RUN_FILE = 'summaries/run=0a1b/days/2017-01-01.json.gz';
const SCRIPT = `console.log("${'x'.repeat(500)}")`;
const SCRIPT_KEY = 'assets/main-4KX2QZ7A.js';

/** The credentials that an S3 client needs in its environment; the test server ignores them. */
export const S3_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

describe('the public bucket', () => {
  /**
   * Each bucket belongs to an API of its own; the APIs with S3 buckets run beside the first, whose bucket is a folder.
   */
  let stack: Stack;
  let s3: S3Server;
  const further: { stop: () => Promise<unknown> }[] = [];
  beforeAll(async () => {
    [s3, stack] = await Promise.all([startS3Server(), suiteStack()]);
  }, 600_000);
  afterAll(async () => {
    await Promise.all(further.map((api) => api.stop()));
    await s3.stop();
  });

  async function startApiOn(publicBucket: string, s3Endpoint: string): Promise<string> {
    const env = { ...S3_CREDENTIALS, PUBLIC_BUCKET: publicBucket, S3_ENDPOINT: s3Endpoint };
    const { url, process: api } = await stack.startFurtherApi(env);
    further.push(api);
    return url;
  }

  interface Served {
    /** The address of the API. */
    url: string;
    bucket: ObjectStore;
  }

  const onFolder = (): Promise<Served> =>
    Promise.resolve({ url: stack.url, bucket: openObjectStore(pathToFileURL(stack.publicFolder).href) });

  async function onS3(): Promise<Served> {
    await s3.createBucket('public-of-fleet');
    const bucket = 's3://public-of-fleet/v1';
    const url = await startApiOn(bucket, s3.endpoint);
    return { url, bucket: openObjectStore(bucket, { s3Endpoint: s3.endpoint }) };
  }

  describe.each([
    ['a folder', onFolder],
    ['S3', onS3],
  ])('GET /cdn/ of a public bucket that is %s', (_, start) => {
    let url: string;
    let bucket: ObjectStore;
    let cdn: string;
    beforeAll(async () => {
      ({ url, bucket } = await start());
      cdn = `${url}/cdn/`;
    });

    function expectProblem({ status, headers, body }: Answer, code: string): void {
      expect(headers['content-type']).toMatch('application/problem+json');
      expect(JSON.parse(body.toString()) as Problem).toMatchObject({ status, code });
      expect(headers['access-control-allow-origin']).toBe('*');
      expect(headers['cache-control']).toBeUndefined();
    }

    it('answers 404 while nothing has been published', async () => {
      const answer = await ask(cdn, 'summaries/manifest.json');
      expect(answer.status).toBe(404);
      expectProblem(answer, 'NOT_FOUND');
    });

    it('serves the manifest for a minute, to pages of any origin, and never as a page of this one', async () => {
      await bucket.publish('summaries/manifest.json', MANIFEST);
      const { status, headers, body } = await ask(cdn, 'summaries/manifest.json');
      expect([status, body.toString()]).toEqual([200, MANIFEST]);
      expect(headers).toMatchObject({
        'content-type': 'application/json',
        'content-length': String(MANIFEST.length),
        'cache-control': 'public, max-age=60',
        'accept-ranges': 'bytes',
        'access-control-allow-origin': '*',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox",
      });
      expect(Date.parse(String(headers['last-modified']))).toBeGreaterThan(Date.now() - 60_000);
    });

    it('answers 304 to clients that have it, until another one is published', async () => {
      await bucket.publish('summaries/manifest.json', MANIFEST);
      const { headers } = await ask(cdn, 'summaries/manifest.json');
      const condition = { headers: { 'if-none-match': String(headers.etag) } };
      const again = await ask(cdn, 'summaries/manifest.json', condition);
      expect([again.status, again.body.length]).toEqual([304, 0]);
      expect(again.headers).toMatchObject({ etag: headers.etag, 'cache-control': 'public, max-age=60' });
      await bucket.publish('summaries/manifest.json', '{"run":"2c3d"}');
      const changed = await ask(cdn, 'summaries/manifest.json', condition);
      expect([changed.status, changed.body.toString()]).toEqual([200, '{"run":"2c3d"}']);
    });

    it("serves a run's compressed file as it is, forever", async () => {
      await bucket.put(RUN_FILE, DAY);
      const { status, headers, body } = await ask(cdn, RUN_FILE);
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        'cache-control': 'public, max-age=31536000, immutable',
      });
      expect(gunzipSync(body).toString()).toBe('{"day":"2017-01-01"}');
    });

    it('serves the headers alone to HEAD', async () => {
      await bucket.put(RUN_FILE, DAY);
      const get = await ask(cdn, RUN_FILE);
      const head = await ask(cdn, RUN_FILE, { method: 'HEAD' });
      expect([head.status, head.body.length]).toEqual([200, 0]);
      for (const name of ['content-length', 'etag', 'content-encoding', 'cache-control', 'last-modified']) {
        expect(head.headers[name]).toBe(get.headers[name]);
      }
    });

    it('serves the compressed copy of an asset that the browser accepts, each with an etag of its own', async () => {
      await bucket.put(`${SCRIPT_KEY}.br`, brotliCompressSync(SCRIPT));
      await bucket.put(`${SCRIPT_KEY}.gz`, gzipSync(SCRIPT));
      await bucket.put(SCRIPT_KEY, SCRIPT);
      const get = (accepted: string) => ask(cdn, SCRIPT_KEY, { headers: { 'accept-encoding': accepted } });
      const answers = await Promise.all(['gzip, br', 'gzip', 'identity', 'br;q=0'].map(get));
      expect(answers.map(({ headers }) => headers['content-encoding'])).toEqual([
        'br',
        'gzip',
        undefined,
        undefined,
      ]);
      for (const { headers } of answers) {
        expect(headers).toMatchObject({
          'content-type': 'text/javascript; charset=utf-8',
          'cache-control': 'public, max-age=31536000, immutable',
          vary: 'Accept-Encoding',
        });
      }
      expect(new Set(answers.map(({ headers }) => headers.etag)).size).toBe(3);
      expect(gunzipSync(answers[1]?.body ?? '').toString()).toBe(SCRIPT);
      expect(answers[2]?.body.toString()).toBe(SCRIPT);
    });

    it('serves a part of a file, and says when there is no such part', async () => {
      await bucket.put('summaries/run=0a1b/hourly.csv', '0123456789');
      const get = (headers: Record<string, string>) => ask(cdn, 'summaries/run=0a1b/hourly.csv', { headers });
      const part = await get({ range: 'bytes=2-4' });
      expect([part.status, part.body.toString()]).toEqual([206, '234']);
      expect(part.headers).toMatchObject({ 'content-range': 'bytes 2-4/10', 'content-length': '3' });
      expect((await get({ range: 'bytes=-2' })).body.toString()).toBe('89');
      expect((await get({ range: 'bytes=8-', 'if-range': '"another"' })).body.toString()).toBe('0123456789');
      const beyond = await get({ range: 'bytes=10-' });
      expect([beyond.status, beyond.headers['content-range']]).toEqual([416, 'bytes */10']);
      expectProblem(beyond, 'RANGE_NOT_SATISFIABLE');
    });

    it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('refuses %s', async (method) => {
      await bucket.put('a.csv', 'x');
      const answer = await ask(cdn, 'a.csv', { method });
      expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
      expect(answer.headers['content-type']).toMatch('application/problem+json');
      expect((await ask(cdn, 'a.csv')).body.toString()).toBe('x');
    });

    it('lists nothing, and serves nothing outside of the bucket or hidden in it', async () => {
      await bucket.put('summaries/a.csv', 'x');
      await bucket.put('summaries/.a.csv.crc', 'x');
      for (const path of [
        '',
        'summaries',
        'summaries/',
        'summaries/.a.csv.crc',
        '.writing',
        '.writing/',
        '../index.html',
        'summaries/../../index.html',
        '..%2f..%2f..%2fetc/passwd',
        '%2e%2e/%2e%2e/etc/passwd',
        '/etc/passwd',
        'summaries//a.csv',
        'a%00b',
        'a%5cb',
      ]) {
        const answer = await ask(cdn, path);
        expect([path, answer.status]).toEqual([path, 404]);
        expect(answer.body.toString()).not.toMatch(/<html|root:/);
      }
      const noSlash = await fetch(`${url}/cdn`);
      expect(noSlash.status).toBe(404);
    });
  });

  it('answers 503 for a bucket that fails, and the rest of the API goes on', async () => {
    const url = await startApiOn('s3://fleet', 'http://127.0.0.1:1');
    const answer = await ask(`${url}/cdn/`, 'summaries/manifest.json');
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(JSON.parse(answer.body.toString())).toMatchObject({ code: 'BUCKET_UNAVAILABLE' });
    expect((await fetch(url)).status).toBe(200);
  });

  it('does not follow a link out of a folder', async () => {
    const secrets = join(stack.publicFolder, '..', 'secrets');
    await mkdir(secrets, { recursive: true });
    await writeFile(join(secrets, 'a.csv'), 'secret');
    await mkdir(stack.publicFolder, { recursive: true });
    await symlink(secrets, join(stack.publicFolder, 'link'));
    expect((await ask(`${stack.url}/cdn/`, 'link/a.csv')).status).toBe(404);
  });
});
