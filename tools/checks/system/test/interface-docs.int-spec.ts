import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { Database, RemovedDriverRepository } from '@drivewatch/persistence';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { AUTH_ENV, eventually, type Stack, startStack } from '@drivewatch/testing';
import { io } from 'socket.io-client';
import { ask as askForHost } from './ask';
import {
  DOCUMENTED_EVENTS,
  type HttpMethod,
  readAnswer,
  undocumented,
  undocumentedEvent,
} from './documented';
import { acceptedId, REPLAY } from './post-record';

const JSON_TYPE = { 'Content-Type': 'application/json' };
/** As many pages as one address may have while nobody signs in, with one page per session. */
const PAGES = 10;
const NDJSON_TYPE = { 'Content-Type': 'application/x-ndjson' };
const CSV_TYPE = { 'Content-Type': 'text/csv' };
const RECORD = aWireRecord();
const ROW = 'd1,华AVM936,32.056444,118.777589,72,211,,2017-01-01 08:00:05\n';
const lines = (...records: unknown[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('');

describe('the interface documents', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({
      timeZone: 'Asia/Shanghai',
      apiEnv: { ALERT_STALE: '3s', MAX_SOCKETS_PER_SESSION: '1' },
    });
  });
  afterAll(() => stack.stop());

  const ask = async (method: HttpMethod, path: string, init: RequestInit = {}) =>
    readAnswer(await fetch(`${stack.url}${path}`, { method: method.toUpperCase(), ...init }));
  const post = (headers: Record<string, string>, body: string | Uint8Array<ArrayBuffer>) =>
    ask('post', '/addData', { headers, body });

  it.each(['openapi.json', 'asyncapi.json'])('serves %s to everybody, as it is in docs', async (name) => {
    const answer = await ask('get', `/api/${name}`);
    expect([answer.status, answer.mediaType]).toEqual([200, 'application/json']);
    expect(answer.text).toBe(await readFile(`docs/${name}`, 'utf8'));
  });

  it('serves them as a page to read, with its style sheets and scripts', async () => {
    const page = await ask('get', '/api/docs');
    expect([page.status, page.mediaType]).toEqual([200, 'text/html']);
    expect(page.text).toContain('<code>overspeeding</code>');
    const files = [...page.text.matchAll(/<(?:link rel="stylesheet" href|script defer src)="([^"]+)"/g)];
    const answers = await Promise.all(files.map(([, path = '']) => ask('get', path)));
    expect(answers.map(({ status, mediaType }) => [status, mediaType])).toEqual([
      [200, 'text/css'],
      [200, 'text/css'],
      [200, expect.stringMatching(/^(?:text|application)\/javascript$/)],
      [200, 'text/javascript'],
    ]);
  });

  it.each([
    ['one record', 202, JSON_TYPE, lines(RECORD)],
    ['a replayed record', 202, { ...JSON_TYPE, ...REPLAY }, lines(RECORD)],
    ['a wrong record', 400, JSON_TYPE, lines({ ...RECORD, Speed: 'fast' })],
    ['malformed JSON', 400, JSON_TYPE, '{'],
    ['a strange header', 400, { ...JSON_TYPE, 'X-Replay': '7' }, lines(RECORD)],
    ['a huge record', 413, JSON_TYPE, lines({ ...RECORD, siteName: 'x'.repeat(70_000) })],
    ['plain text', 415, { 'Content-Type': 'text/plain' }, 'hello'],
  ])('describe the answer to %s: %d', async (_, status, headers, body) => {
    const answer = await post(headers, body);
    expect(answer.status).toBe(status);
    expect(undocumented('/addData', 'post', answer)).toEqual([]);
  });

  it('describe the answer to another method', async () => {
    const answer = await ask('get', '/addData');
    expect(answer.status).toBe(405);
    expect(undocumented('/addData', 'post', answer)).toEqual([]);
  });

  it.each(['/health/live', '/health/ready', '/metrics', '/api/audit'])(
    'show addresses of which %s says that it cannot be written',
    async (path) => {
      for (const method of ['POST', 'DELETE', 'OPTIONS']) {
        const response = await fetch(`${stack.url}${path}`, { method });
        expect([method, response.status, response.headers.get('allow')]).toEqual([method, 405, 'GET, HEAD']);
      }
      expect((await fetch(`${stack.url}${path}`, { method: 'HEAD' })).status).toBe(200);
    },
  );

  it.each([
    ['an array', 202, JSON_TYPE, JSON.stringify([RECORD, { ...RECORD, Speed: 74 }])],
    ['an array with a wrong record', 202, JSON_TYPE, JSON.stringify([RECORD, { ...RECORD, Speed: -1 }])],
    ['wrong records alone', 400, JSON_TYPE, JSON.stringify([{ ...RECORD, Speed: -1 }, 7])],
    ['an empty array', 400, JSON_TYPE, '[]'],
    ['NDJSON', 202, NDJSON_TYPE, lines(RECORD, RECORD)],
    [
      'records with warnings',
      202,
      NDJSON_TYPE,
      lines({ ...RECORD, Latitude: 0, Longtitude: 0 }, { ...RECORD, Time: '1980-01-06T00:00:00Z' }),
    ],
    ['NDJSON with a line that is none', 202, NDJSON_TYPE, `${lines(RECORD)}{\n`],
    ['gzipped NDJSON', 202, { ...NDJSON_TYPE, 'Content-Encoding': 'gzip' }, gzipSync(lines(RECORD))],
    ['CSV', 202, CSV_TYPE, ROW],
    ['CSV with a line that is none', 202, CSV_TYPE, `${ROW}nonsense\n`],
    [
      'a record with an id',
      202,
      JSON_TYPE,
      lines({ ...RECORD, recordId: 'F47AC10B-58CC-4372-A567-0E02B2C3D479' }),
    ],
    ['a wrong id', 400, JSON_TYPE, lines({ ...RECORD, recordId: 'seven' })],
    ['a key', 202, { ...JSON_TYPE, 'Idempotency-Key': 'k1' }, lines(RECORD)],
    ['a wrong key', 400, { ...JSON_TYPE, 'Idempotency-Key': 'k 1' }, lines(RECORD)],
  ])('describe the answer to %s: %d', async (_, status, headers, body) => {
    const answer = await post(headers, body);
    expect([answer.status, answer.text]).toEqual([status, expect.anything()]);
    expect(undocumented('/addData', 'post', answer)).toEqual([]);
  });

  it.each(['/health/live', '/health/ready', '/metrics'])('describe the answer of %s', async (path) => {
    const answer = await ask('get', path);
    expect(answer.status).toBe(200);
    expect(undocumented(path, 'get', answer)).toEqual([]);
  });

  it.each([
    ['get', '/api/session'],
    ['delete', '/api/session'],
    ['get', '/health/live'],
    ['get', '/health/ready'],
    ['get', '/metrics'],
  ] as const)('describe the answer of %s %s to a request for another host', async (method, path) => {
    const options = { method: method.toUpperCase(), headers: { Host: 'elsewhere.example' } };
    const { status, headers, body } = await askForHost(`${stack.url}/`, path.slice(1), options);
    const mediaType = String(headers['content-type']).split(';')[0] ?? '';
    expect(status).toBe(421);
    expect(undocumented(path, method, { status, mediaType, text: String(body) })).toEqual([]);
  });

  it('describe every event of the socket', async () => {
    const socket = io(stack.url, { transports: ['websocket'], forceNew: true });
    const [seen, shown] = [new Set<string>(), new Set<string>()];
    const wrong: string[] = [];
    socket.onAny((name: string, ...payload: unknown[]) => {
      seen.add(name);
      if (name === 'data') for (const driver of Object.keys(payload[0] as object)) shown.add(driver);
      wrong.push(...undocumentedEvent(name, payload).map((problem) => `${name}: ${problem}`));
    });
    try {
      const driverID = 'documented';
      await eventually(() => expect(seen).toContain('data'));
      await acceptedId(stack.url, aWireRecord({ driverID, isOverspeed: '1' }), REPLAY);
      await eventually(() => expect(seen).toContain('overspeedUnconfirmed'));
      await acceptedId(stack.url, aWireRecord({ driverID }), REPLAY);
      await eventually(() => expect(seen).toContain('overspeedConfirmed'));
      await acceptedId(stack.url, aWireRecord({ driverID, isOverspeedFinished: '1' }), REPLAY);
      const events = DOCUMENTED_EVENTS.toSorted();
      await eventually(() => expect(seen).toContain('overspeedEnd'));
      await acceptedId(stack.url, aWireRecord({ driverID: 'mistake' }), REPLAY);
      await eventually(() => expect(shown).toContain('mistake'));
      const database = new Database(stack.databaseUrl);
      await new RemovedDriverRepository(database).remove(['mistake']).finally(() => database.close());
      // This comes before the crowd, for which this page is closed.
      await eventually(() => expect(seen).toContain('driversRemoved'));
      const crowd = Array.from({ length: PAGES }, () =>
        io(stack.url, { transports: ['websocket'], forceNew: true }),
      );
      await eventually(() => expect([...seen].sort()).toEqual(events)).finally(() => {
        for (const page of crowd) page.disconnect();
      });
      // A tick with the records has come, so that points and drivers were checked, too.
      await eventually(async () => {
        const page = io(stack.url, { transports: ['websocket'], forceNew: true });
        const [speeds] = await new Promise<unknown[]>((resolve) => {
          page.once('data', (...payload: unknown[]) => resolve(payload));
        }).finally(() => page.disconnect());
        expect(Object.keys(speeds as object)).toContain(driverID);
      });
    } finally {
      socket.disconnect();
    }
    expect(wrong).toEqual([]);
  });

  it('describe the answer while the queue is away', async () => {
    await stack.crashRedis();
    try {
      const answer = await post(JSON_TYPE, lines(RECORD));
      expect(answer.status).toBe(503);
      expect(undocumented('/addData', 'post', answer)).toEqual([]);
    } finally {
      await stack.startRedis();
    }
    // Everything works again, so that it can be stopped as at any other time.
    await eventually(async () => {
      const id = await acceptedId(stack.url, RECORD);
      await eventually(async () => {
        expect(await stack.query('SELECT id FROM driving_record WHERE id = $1', [id])).toHaveLength(1);
      });
    });
  });

  describe('of a server that asks for a sign-in', () => {
    let asking: Awaited<ReturnType<Stack['startFurtherApi']>>;
    beforeAll(async () => {
      asking = await stack.startFurtherApi(AUTH_ENV);
    });
    afterAll(() => asking.process.stop());

    it.each([
      ['get', '/api/session', 200, {}],
      ['delete', '/api/session', 204, {}],
      ['post', '/api/session', 401, { headers: JSON_TYPE, body: '{"name":"nobody","password":"wrong"}' }],
      ['post', '/addData', 401, { headers: JSON_TYPE, body: lines(RECORD) }],
      ['get', '/api/audit', 401, {}],
      ['get', '/metrics', 401, {}],
    ] as const)('describe the answer of %s %s: %d', async (method, path, status, init) => {
      const answer = readAnswer(
        await fetch(`${asking.url}${path}`, { method: method.toUpperCase(), ...init }),
      );
      expect(await answer).toMatchObject({ status });
      expect(undocumented(path, method, await answer)).toEqual([]);
    });
  });
});
