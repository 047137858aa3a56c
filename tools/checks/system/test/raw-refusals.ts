import { METHODS } from 'node:http';
import { aWireRecord } from '@drivewatch/contracts/samples';
import type { Stack } from '@drivewatch/testing';
import { RawClient } from './raw-client';
import { type Exchange, head, rawExchange } from './raw-exchange';
import { suiteStack } from './suite-stack';

const HANDSHAKE = '/socket.io/?EIO=4&transport=polling';

describe('a request that its head alone decides on, byte by byte', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await suiteStack();
  });
  const exchange = (pieces: string[], how?: Exchange) => rawExchange(stack.url, pieces, how);

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

  it.each([
    ['a tunnel', 'CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n', 405],
    [
      'a handshake that is refused',
      'GET /socket.io/?EIO=3&transport=websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      400,
    ],
    ['wrong chunks', `${head(['Transfer-Encoding: chunked'], '1.1', `POST ${HANDSHAKE}`)}zz\r\n`, 400],
  ])('closes the connection after %s, though its client goes on', async (_, text, status) => {
    const client = await RawClient.connect(stack.url, { staysOpen: true });
    client.write(text);
    await client.trickle('x', 20);
    expect(Number(client.text.slice(9, 12))).toBe(status);
  });

  it('asks for a body only when it would take it', async () => {
    const body = JSON.stringify(aWireRecord());
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
