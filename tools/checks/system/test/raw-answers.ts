import { METHODS } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, type Stack } from '@drivewatch/testing';
import { suiteStack } from './suite-stack';

interface RawAnswer {
  status: number;
  head: string;
  body: Partial<Record<'code' | 'detail' | 'accepted' | 'nextIndex', unknown>>;
}

const HANDSHAKE = '/socket.io/?EIO=4&transport=polling';

/** What is sent on a connection, piece by piece. */
interface Exchange {
  /** Whether the client ends its side after the last piece. */
  ends?: boolean;
  /** How many answers there are before the next piece is sent. */
  answersBetween?: number;
}

const DATE = /^date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r?$/im;
const ANSWER = /HTTP\/1\.1 (\d{3})[^\r]*\r\n(?:([\s\S]*?)\r\n)??\r\n/g;

/** Returns the answers whose heads and bodies are complete; the bodies are JSON in one line. */
function answersIn(text: string): RawAnswer[] {
  return [...text.matchAll(ANSWER)].map(({ 0: whole, 1: status, 2: head = '', index }) => {
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const body = text.slice(index + whole.length, index + whole.length + length);
    return {
      status: Number(status),
      head,
      body: (body.startsWith('{') && body.length === length
        ? JSON.parse(Buffer.from(body, 'latin1').toString())
        : {}) as RawAnswer['body'],
    };
  });
}

describe('a connection, byte by byte', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await suiteStack();
  });

  /** Sends the pieces, and resolves with all answers once the server has ended the connection. */
  async function exchange(
    pieces: (string | Buffer)[],
    { ends = false, answersBetween }: Exchange = {},
  ): Promise<RawAnswer[]> {
    const { hostname, port } = new URL(stack.url);
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true }).setNoDelay();
    let text = '';
    let isEnded = false;
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.on('end', () => (isEnded = true));
    socket.on('error', () => undefined);
    try {
      for (const [index, piece] of pieces.entries()) {
        if (index > 0 && answersBetween !== undefined)
          await eventually(() => expect(answersIn(text)).toHaveLength(answersBetween * index));
        socket.write(piece);
      }
      if (ends) socket.end();
      await eventually(() => expect([isEnded, text]).toEqual([true, expect.any(String)]));
      const answers = answersIn(text);
      // Devices set their clocks by any answer.
      for (const { status, head: fields } of answers) if (status !== 100) expect(fields).toMatch(DATE);
      return answers;
    } finally {
      socket.destroy();
    }
  }

  let count = 0;
  const aDriver = () => `raw-${++count}`;
  const aBody = (driverID: string) => JSON.stringify(aWireRecord({ driverID }));
  const head = (fields: readonly string[], version = '1.1', request = 'POST /addData') =>
    `${[`${request} HTTP/${version}`, 'Host: localhost', ...fields].join('\r\n')}\r\n\r\n`;
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

  it('answers every method that is not for the address with 405', async () => {
    for (const method of METHODS.filter((one) => one !== 'POST')) {
      const target = method === 'CONNECT' ? 'localhost:80' : '/addData';
      const answers = await exchange([head(['Connection: close'], '1.1', `${method} ${target}`)]);
      expect([method, answers.map(({ status }) => status)]).toEqual([method, [405]]);
      expect(answers[0]?.head).toMatch(/^allow: POST$/im);
      if (method !== 'HEAD') expect(answers[0]?.body.code).toBe('METHOD_NOT_ALLOWED');
    }
  });

  it.each([
    ['too long headers', head([`X-Long: ${'x'.repeat(20_000)}`]), 431, 'HEADERS_TOO_LARGE'],
    ['an unknown expectation', head(['Expect: foo', 'Connection: close']), 417, 'EXPECTATION_FAILED'],
    ['no host', 'POST /addData HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'BAD_REQUEST'],
    ['no host in HTTP/1.0', 'POST /addData HTTP/1.0\r\n\r\n', 400, 'BAD_REQUEST'],
    ['no host of a handshake', `GET ${HANDSHAKE} HTTP/1.1\r\n\r\n`, 400, 'BAD_REQUEST'],
    ['no host of a handshake in HTTP/1.0', `GET ${HANDSHAKE} HTTP/1.0\r\n\r\n`, 400, 'BAD_REQUEST'],
    [
      'no host of a WebSocket',
      `GET ${HANDSHAKE} HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
      400,
      'BAD_REQUEST',
    ],
    [
      'a handshake for a foreign host that waits to send a body',
      `POST ${HANDSHAKE} HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n`,
      421,
      'HOST_NOT_ALLOWED',
    ],
  ])('answers %s with a problem', async (_, text, status, code) => {
    const answers = await exchange([text]);
    expect(answers.map((answer) => [answer.status, answer.body.code])).toEqual([[status, code]]);
  });

  it('asks for a body only when it would take it', async () => {
    const body = aBody(aDriver());
    const waiting = [
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Expect: 100-continue',
    ];
    const taken = await exchange([head([...waiting, 'Connection: close']), body], { answersBetween: 1 });
    expect(taken.map(({ status, body: told }) => [status, told.detail])).toEqual([
      [100, undefined],
      [202, undefined],
    ]);
    const refused = await exchange([head(waiting).replace('Host: localhost', 'Host: evil.example')]);
    expect(refused.map(({ status }) => status)).toEqual([421]);
  });

  it.each([
    ['an address that is not there', 'POST /none', 'application/json', 10, 404, 'NOT_FOUND'],
    ['another method', 'PUT /addData', 'application/json', 10, 405, 'METHOD_NOT_ALLOWED'],
    ['too long an upload', 'POST /addData', 'text/csv', 2 ** 40, 413, 'BODY_TOO_LARGE'],
    ['an unknown type', 'POST /addData', 'text/plain', 10, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['no type', 'POST /addData', 'none', 10, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ])('does not ask for the body of %s', async (_, request, type, length, status, code) => {
    const fields = [`Content-Type: ${type}`, `Content-Length: ${length}`, 'Expect: 100-continue'];
    const answers = await exchange([head(fields, '1.1', request)]);
    expect(answers.map((answer) => [answer.status, answer.body.code])).toEqual([[status, code]]);
  });

  it.each([
    ['a record in chunks', 'application/json', 'Transfer-Encoding: chunked', '2\r\n{}\r\n0\r\n\r\n'],
    ['rows', 'text/csv; charset=utf-8', 'Content-Length: 2', '{}'],
  ])('asks for the body of %s', async (_, type, length, body) => {
    const fields = [`Content-Type: ${type}`, length, 'Expect: 100-continue', 'Connection: close'];
    const answers = await exchange([head(fields), body], { answersBetween: 1 });
    expect(answers.map(({ status }) => status)).toEqual([100, 400]);
  });

  it('asks for a message to a socket, even if that is answered before it comes', async () => {
    const fields = ['Content-Length: 2', 'Expect: 100-continue', 'Connection: close'];
    const answers = await exchange([`${head(fields, '1.1', `POST ${HANDSHAKE}&sid=none`)}40`]);
    expect(answers.map(({ status }) => status)).toEqual([100, 400]);
  });
});
