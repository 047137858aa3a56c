import { randomUUID } from 'node:crypto';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, type Stack, startStack } from '@drivewatch/testing';
import { postBody } from './post-body';
import { postRecord } from './post-record';
import { RawClient } from './raw-client';

const MAX_BODY_BYTES = 6_000_000;
const MAX_RECORDS = 10_000;
const QUEUE_MAX = 55;

/** Shorter than a sender may stay silent. */
const HELD_MS = 5_000;

describe('the limits of POST /addData', () => {
  let stack: Stack;
  const clients: RawClient[] = [];
  const connect = async (): Promise<RawClient> => {
    const client = await RawClient.connect(stack.url);
    clients.push(client);
    return client;
  };
  beforeAll(async () => {
    const apiEnv = {
      MAX_RECORD_BYTES: '4096',
      MAX_BODY_BYTES: String(MAX_BODY_BYTES),
      MAX_RECORDS_PER_REQUEST: String(MAX_RECORDS),
      MAX_JSON_DEPTH: '5',
      MAX_IN_FLIGHT_BYTES: '1000000',
      QUEUE_MAX: String(QUEUE_MAX),
    };
    stack = await startStack({ apiEnv });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await stack.queue().resume();
  });
  afterAll(() => stack.stop());

  const ndjson = (driverID: string, records: number, siteName = ''): string =>
    `${JSON.stringify(aWireRecord({ driverID, siteName }))}\n`.repeat(records);
  const postNdjson = (body: string, gzip = false) =>
    postBody(stack.url, 'application/x-ndjson', body, { gzip });
  const expectStored = (driverID: string, count: number): Promise<void> =>
    eventually(async () => {
      const rows = await stack.query(
        'SELECT count(*)::integer AS count FROM driving_record WHERE driver_id = $1',
        [driverID],
      );
      expect(rows).toEqual([{ count }]);
    });
  /** Resolves once the API's own count of waiting jobs is back at 0, too. */
  const queueTakes = (): Promise<void> =>
    eventually(async () => expect((await postRecord(stack.url, aWireRecord())).status).toBe(202));

  /**
   * Fills the queue to the last job: the API may have counted some jobs twice, and its count may be lower a moment
   * later.
   */
  const fillQueue = (): Promise<void> =>
    eventually(async () => {
      await postRecord(stack.url, aWireRecord());
      expect(await stack.queue().getJobCountByTypes('waiting')).toBeGreaterThanOrEqual(QUEUE_MAX);
    });

  it('names the limit of a record', async () => {
    const { status, answer } = await postBody(
      stack.url,
      'application/json',
      JSON.stringify({ siteName: 'x'.repeat(5_000) }),
    );
    expect([status, answer.code]).toEqual([413, 'BODY_TOO_LARGE']);
    expect(answer.detail).toMatch(/4096 bytes \(MAX_RECORD_BYTES\)/);
  });

  it('names the limit of a body, known before or after, and says what was accepted', async () => {
    const driverID = `large-${randomUUID()}`;
    const long = ndjson(driverID, 1_500, 's'.repeat(200)) + '\n'.repeat(MAX_BODY_BYTES);
    const known = await postNdjson(long);
    expect([known.status, known.answer.code]).toEqual([413, 'BODY_TOO_LARGE']);
    expect(known.answer.detail).toMatch(/6000000 bytes, decompressed \(MAX_BODY_BYTES\)/);
    await queueTakes();
    const inflated = await postNdjson(long, true);
    expect([inflated.status, inflated.answer.code]).toEqual([413, 'BODY_TOO_LARGE']);
    expect([inflated.answer.accepted, inflated.answer.nextIndex]).toEqual([1_500, 1_500]);
    await expectStored(driverID, 1_500);
  });

  it('names the limit of records in a request, and says what was accepted', async () => {
    const driverID = `many-${randomUUID()}`;
    await queueTakes();
    const { status, answer } = await postNdjson(ndjson(driverID, MAX_RECORDS) + '0\n'.repeat(10));
    expect([status, answer.code]).toEqual([422, 'TOO_MANY_RECORDS']);
    expect(answer.detail).toMatch(/10000 \(MAX_RECORDS_PER_REQUEST\)/);
    expect(answer.nextIndex).toBe(answer.accepted);
    await expectStored(driverID, answer.accepted);
  });

  it('names the limit of nesting', async () => {
    const deep = `{"driverID":${'['.repeat(5)}${']'.repeat(5)}}`;
    const single = await postBody(stack.url, 'application/json', deep);
    expect([single.status, single.answer.code]).toEqual([400, 'NESTED_TOO_DEEP']);
    expect(single.answer.detail).toMatch(/5 objects and arrays inside each other \(MAX_JSON_DEPTH\)/);
    const { answer } = await postNdjson(`${deep}\n{"driverID":[[[[]]]]}\n`);
    expect(answer.rejected.map(({ code }) => code)).toEqual(['NESTED_TOO_DEEP', 'INVALID_RECORD']);
  });

  it('holds no more than it has room for, and takes records again afterwards', async () => {
    let holding: RawClient[] = [];
    const posted = await eventually(async () => {
      for (const client of holding) client.destroy();
      // The connections are opened anew each time: a sender that sends nothing more is soon cut off.
      holding = [await connect(), await connect()];
      for (const client of holding) {
        client.postHead('application/json', 900_000);
        client.write(`[${' '.repeat(480_000)}`);
      }
      return await eventually(async () => {
        const answered = await postBody(stack.url, 'application/json', `[${' '.repeat(100_000)}]`);
        expect(answered.answer.code).toBe('OVERLOADED');
        return answered;
      }, HELD_MS);
    });
    expect(posted.status).toBe(503);
    expect(posted.answer.code).toBe('OVERLOADED');
    expect(posted.answer.detail).toMatch(/1000000 bytes.*\(MAX_IN_FLIGHT_BYTES\)/);
    expect(posted.retryAfter).toBe('1');
    for (const client of holding) client.destroy();
    await queueTakes();
  });

  it('refuses unread whatever comes while the queue is full, and stores what it accepted', async () => {
    const driverID = `full-${randomUUID()}`;
    await queueTakes();
    await stack.queue().pause();
    let accepted = 0;
    let upload = await postNdjson(ndjson(driverID, MAX_RECORDS));
    for (let n = 0; n < 3 && upload.status === 202; n += 1) {
      accepted += upload.answer.accepted;
      upload = await postNdjson(ndjson(driverID, MAX_RECORDS));
    }
    expect([upload.status, upload.answer.code, upload.retryAfter]).toEqual([503, 'QUEUE_FULL', '5']);
    expect(upload.answer.detail).toMatch(/55 jobs.*\(QUEUE_MAX\)/);
    expect(upload.answer.nextIndex).toBe(upload.answer.accepted);
    accepted += upload.answer.accepted;
    expect(accepted).toBeGreaterThan((QUEUE_MAX - 10) * 500);
    await fillQueue();
    // Nothing of the body is ever sent: an API that waited for it would answer 408.
    for (let n = 0; n < 5; n += 1) {
      const client = await connect();
      client.postHead('application/json', 60_000);
      expect(await client.status()).toBe(503);
    }
    await stack.queue().resume();
    await queueTakes();
    await expectStored(driverID, accepted);
    const rest = await postNdjson(ndjson(driverID, 700));
    expect(rest.status).toBe(202);
    await expectStored(driverID, accepted + 700);
  });

  it('cuts off senders that are too slow, and nobody else', async () => {
    const line = ndjson(`slow-${randomUUID()}`, 1);
    const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
    const stopped = async (): Promise<void> => {
      const client = await connect();
      client.postHead('application/json', 400);
      client.write('{"driverID":');
      expect(await client.status()).toBe(408);
      expect(client.text).toMatch(/REQUEST_TIMEOUT.*nothing came for 10 seconds/);
      await client.closed();
    };
    const dripping = async (): Promise<void> => {
      const client = await connect();
      client.postHead('application/json', 40_000);
      await client.trickle(' ', 500);
      expect(client.text).toMatch(/ 408 [^]*not complete after 15 seconds/);
    };
    const tooSlowUpload = async (): Promise<void> => {
      const client = await connect();
      client.postHead('application/x-ndjson');
      await client.trickle(chunk(line), 1_000);
      expect(client.text).toMatch(/ 408 [^]*less than 1024 bytes a second[^]*"nextIndex"/);
    };
    const slowHeaders = async (): Promise<void> => {
      const client = await connect();
      client.write('POST /addData HTTP/1.1\r\n');
      await client.trickle('X-A: b\r\n', 500);
      expect(client.text).toMatch(/^HTTP\/1\.1 408 [^]*"code":"REQUEST_TIMEOUT"/);
    };
    const goesOnAfterRefusal = async (): Promise<void> => {
      const client = await connect();
      client.postHead('text/xml', 1_000_000);
      expect(await client.status()).toBe(415);
      await client.trickle('x', 200);
    };
    let areCutOff = false;
    const cutOff = Promise.all([
      stopped(),
      dripping(),
      tooSlowUpload(),
      slowHeaders(),
      goesOnAfterRefusal(),
    ]).finally(() => (areCutOff = true));
    const steady = await connect();
    steady.postHead('application/x-ndjson');
    await steady.trickle(chunk(line.repeat(50)), 500, () => areCutOff);
    await cutOff;
    steady.write('0\r\n\r\n');
    expect(await steady.status()).toBe(202);
  });

  it.each([
    ['an address that cannot be read', 'GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n', 400, 'BAD_REQUEST'],
    ['what is no HTTP', 'what?\r\n\r\n', 400, 'BAD_REQUEST'],
    [
      'headers without an end',
      `GET / HTTP/1.1\r\nHost: localhost\r\nA: ${'a'.repeat(17_000)}\r\n\r\n`,
      431,
      'HEADERS_TOO_LARGE',
    ],
  ])('answers %s in the form of every error', async (_, text, status, code) => {
    const client = await connect();
    client.write(text);
    expect(await client.status()).toBe(status);
    expect(client.text).toMatch(
      /content-type: application\/problem\+json[^]*\r\n\r\n\{"type":"about:blank"/i,
    );
    expect(client.text).toContain(`"code":"${code}"`);
    expect(client.text).toMatch(/x-content-type-options: nosniff/i);
    client.destroy();
  });

  it('ends an upload that is still coming when the server ends, and says how far it came', async () => {
    const client = await connect();
    client.postHead('application/x-ndjson', 1_000_000);
    client.write(ndjson(`shutdown-${randomUUID()}`, 600));
    const sending = client.trickle('\n'.repeat(500), 100);
    expect(await stack.api().stop()).toBe(0);
    await sending;
    expect(client.text).toMatch(/ 503 [^]*Retry-After[^]*"SHUTTING_DOWN"[^]*"accepted":600,"nextIndex":600/i);
  });
});
