import { gzipSync } from 'node:zlib';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, type Stack } from '@drivewatch/testing';
import { type Exchange, head, rawExchange } from './raw-exchange';
import { suiteStack } from './suite-stack';

describe('a connection, byte by byte', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await suiteStack();
  });

  const exchange = (pieces: (string | Buffer)[], how?: Exchange) => rawExchange(stack.url, pieces, how);
  let count = 0;
  const aDriver = () => `raw-${++count}`;
  const aBody = (driverID: string) => JSON.stringify(aWireRecord({ driverID }));
  const posted = (body: string, fields: readonly string[] = [], version = '1.1') =>
    head(
      ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`, ...fields],
      version,
    ) + body;
  const expectStored = (driverID: string, records = 1) =>
    eventually(async () => {
      const rows = await stack.query<{ n: number }>(
        'SELECT count(*)::int AS n FROM driving_record WHERE driver_id = $1',
        [driverID],
      );
      expect(rows).toEqual([{ n: records }]);
    });

  it.each([
    ['in HTTP/1.1', [], '1.1'],
    ['before the end of the connection', ['Connection: close'], '1.1'],
    ['in HTTP/1.0', [], '1.0'],
    ['in HTTP/1.0 that goes on', ['Connection: keep-alive'], '1.0'],
  ])(
    'answers a record with a byte after its body, and then explains the byte, %s',
    async (_, fields, version) => {
      for (const ends of [false, true]) {
        const driverID = aDriver();
        const body = aBody(driverID);
        const [taken, closing, ...more] = await exchange([`${posted(body, fields, version)}\0`], { ends });
        expect(taken).toMatchObject({ status: 202, body: { accepted: 1 } });
        expect(taken?.head).toMatch(/^connection: close$/im);
        expect(closing).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST' } });
        expect(closing?.body.detail).toContain(
          `after the ${Buffer.byteLength(body)} bytes of the body that Content-Length announced`,
        );
        expect(closing?.body.detail).toContain('"\\x00"');
        expect(more).toEqual([]);
        await expectStored(driverID);
      }
    },
  );

  it('explains bytes that come after the answer, however many follow', async () => {
    const driverID = aDriver();
    const [taken, closing, ...more] = await exchange([posted(aBody(driverID)), `\0${'x'.repeat(500_000)}`], {
      answersBetween: 1,
    });
    expect(taken?.status).toBe(202);
    expect(closing?.body.detail).toMatch(/^Bytes came after the \d+ bytes .*"\\x00x+"…;/);
    expect(more).toEqual([]);
    await expectStored(driverID);
  });

  it('answers all requests before the bytes, in their order', async () => {
    const driverID = aDriver();
    const answers = await exchange([`${posted('{')}${posted(aBody(driverID))}\0`]);
    expect(answers.map(({ status }) => status)).toEqual([400, 202, 400]);
    await expectStored(driverID);
  });

  it('answers bodies that are longer than announced, or not announced', async () => {
    const body = aBody(aDriver());
    const short = head(['Content-Type: application/json', `Content-Length: ${body.length - 4}`]) + body;
    const [refused, closing] = await exchange([short]);
    expect([refused, closing].map((answer) => answer?.body.code)).toEqual(['MALFORMED_JSON', 'BAD_REQUEST']);
    expect(closing?.body.detail).toContain(`after the ${body.length - 4} bytes`);
    const [empty, last] = await exchange([head(['Content-Type: application/json']) + body]);
    expect(empty?.body).toMatchObject({
      code: 'MALFORMED_JSON',
      detail: expect.stringContaining('neither Content-Length nor Transfer-Encoding') as string,
    });
    expect(last?.body.detail).toMatch(/^Bytes came after a request without Content-Length, .*"{"/);
  });

  it.each([
    ['FOO /addData HTTP/1.1\r\nHost: localhost\r\n\r\n', /the method FOO is unknown/],
    ['post /addData HTTP/1.1\r\nHost: localhost\r\n\r\n', /the method post is unknown/],
    [Buffer.from([0x16, 3, 1, 2, 0]), /speaks plain HTTP here/],
    ['hello', /^This is no HTTP request$/],
  ])('says what %j is instead of a request', async (text, detail) => {
    const answers = await exchange([text]);
    expect(answers).toEqual([
      expect.objectContaining({
        status: 400,
        body: expect.objectContaining({ detail: expect.stringMatching(detail) as string }) as unknown,
      }),
    ]);
  });

  it('answers a request whose sender has ended its side with it', async () => {
    const driverID = aDriver();
    const answers = await exchange([posted(aBody(driverID))], { ends: true });
    expect(answers.map(({ status }) => status)).toEqual([202]);
    await expectStored(driverID);
  });

  /** More than the 500 that are queued at a time: all that came are kept, not only those. */
  const RECORDS = 700;
  const cutUpload = (type: string, body: Buffer, fields: readonly string[] = []) =>
    Buffer.concat([
      Buffer.from(head([`Content-Type: ${type}`, `Content-Length: ${body.length + 1}`, ...fields])),
      body,
    ]);
  const ndjson = (driverID: string) => `${aBody(driverID)}\n`.repeat(RECORDS);
  const csv = (driverID: string) =>
    `${driverID},P1,32.05,118.77,72,211,,2025-05-04 08:00:05\n`.repeat(RECORDS);

  it.each([
    [
      'NDJSON',
      (driverID: string) => cutUpload('application/x-ndjson', Buffer.from(`${ndjson(driverID)}{"dri`)),
    ],
    ['CSV', (driverID: string) => cutUpload('text/csv', Buffer.from(`${csv(driverID)}${driverID},P`))],
    [
      'gzip',
      (driverID: string) =>
        cutUpload(
          'application/x-ndjson',
          // The last bytes that are missing are those of the checksum.
          gzipSync(`${ndjson(driverID)}{"dri`).subarray(0, -8),
          ['Content-Encoding: gzip'],
        ),
    ],
  ])('says how far it got when the connection ends within %s', async (_, request) => {
    const driverID = aDriver();
    const answers = await exchange([request(driverID)], { ends: true });
    expect(answers).toEqual([
      expect.objectContaining({
        status: 408,
        head: expect.stringMatching(/^connection: close$/im) as string,
        body: expect.objectContaining({
          code: 'BODY_CUT_OFF',
          accepted: RECORDS,
          nextIndex: RECORDS,
        }) as unknown,
      }),
    ]);
    await expectStored(driverID, RECORDS);
  });

  it('keeps what it has read of a long array whose connection ends', async () => {
    const driverID = aDriver();
    const body = `[${`${aBody(driverID)},`.repeat(8_000)}`;
    expect(body.length).toBeGreaterThan(1024 * 1024);
    const request = cutUpload('application/json', Buffer.from(`${body}{"dri`));
    const [answer] = await exchange([request], { ends: true });
    expect(answer).toMatchObject({ status: 408, body: { code: 'BODY_CUT_OFF' } });
    const { accepted, nextIndex } = answer?.body ?? {};
    expect(accepted).toBe(nextIndex);
    expect(accepted).toBeGreaterThanOrEqual(RECORDS);
    await expectStored(driverID, Number(accepted));
  });

  it.each([
    ['record', '{"driverID": "ra'],
    ['short array', '[{"driverID": "ra'],
  ])('takes nothing of a %s whose connection ends', async (_, text) => {
    const [answer, ...more] = await exchange([cutUpload('application/json', Buffer.from(text))], {
      ends: true,
    });
    expect(answer).toMatchObject({ status: 408, body: { code: 'BODY_CUT_OFF' } });
    expect(more).toEqual([]);
  });

  it('names wrong chunks, and says how far it got', async () => {
    const driverID = aDriver();
    const text = ndjson(driverID);
    const chunked = head(['Content-Type: application/x-ndjson', 'Transfer-Encoding: chunked']);
    const answers = await exchange([`${chunked}${text.length.toString(16)}\r\n${text}\r\nzz\r\n`, 'zz']);
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([[400, 'BAD_REQUEST']]);
    const { detail, accepted = 0, nextIndex } = answers[0]?.body ?? {};
    expect(detail).toContain('framing of Transfer-Encoding: chunked is wrong');
    // Node passes on no bytes of the packet in which the framing breaks.
    expect(accepted).toBeGreaterThanOrEqual(500);
    expect(nextIndex).toBe(accepted);
    await expectStored(driverID, Number(accepted));
  });
});
