import { readFile } from 'node:fs/promises';
import { eventually, type Stack } from '@drivewatch/testing';
import { RawClient } from './raw-client';
import { suiteStack } from './suite-stack';

const UPGRADE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
];
const CLOSE = ['Connection: close'];
/** One character more than the server takes. */
const TOO_LONG = `4${'x'.repeat(10_000)}`;

describe('what Socket.IO itself answers', () => {
  let stack: Stack;
  /** Statuses, and bodies if there are any, as docs/errors.md has them. */
  let documented: string[];
  const clients: RawClient[] = [];

  beforeAll(async () => {
    stack = await suiteStack();
    const [, section = ''] = (await readFile('docs/errors.md', 'utf8')).split("## The live page's socket");
    const rows = [...section.matchAll(/^\| (\d{3})(?: `([^`]+)`)? +\| [^|]*\w[^|]* \| [^|]*\w[^|]* \|$/gm)];
    documented = rows.map(([, status = '', body = '']) => `${status} ${body}`.trim());
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.destroy();
  });

  const begun = async (line: string, fields: readonly string[] = CLOSE, body = '') => {
    const client = await RawClient.connect(stack.url);
    clients.push(client);
    const length = body === '' ? [] : [`Content-Length: ${body.length}`];
    client.write([`${line} HTTP/1.1`, 'Host: localhost', ...fields, ...length, '', body].join('\r\n'));
    return client;
  };
  /** Returns status and body; the latter comes in chunks, or with a length. */
  const answerOf = ({ text }: RawClient) => {
    const [head = '', body = ''] = text.split('\r\n\r\n', 2);
    const content = /transfer-encoding: chunked/i.test(head) ? /^[\da-f]+\r\n(.*)\r\n/.exec(body)?.[1] : body;
    return `${head.slice(9, 12)} ${content ?? ''}`.trim();
  };
  const answered = async (...request: Parameters<typeof begun>) => {
    const client = await begun(...request);
    await client.closed();
    return answerOf(client);
  };
  /** Shakes hands by polling, and returns the address of the connection. */
  const connection = async () => {
    const path = '/socket.io/?EIO=4&transport=polling';
    const answer = await answered(`GET ${path}`);
    const { sid } = JSON.parse(answer.slice(answer.indexOf('{'))) as { sid: string };
    return `${path}&sid=${sid}`;
  };
  const withTransport = (address: string, transport: string) =>
    address.replace('transport=polling', `transport=${transport}`);

  it('is in the documents', async () => {
    const address = await connection();
    const found = [
      await answered('GET /socket.io/'),
      await answered(`GET ${address}none`),
      await answered('POST /socket.io/?EIO=4&transport=polling', CLOSE, '40'),
      await answered('GET /socket.io/?EIO=4&transport=websocket'),
      await answered(`POST ${address}`, [...CLOSE, 'Content-Type: application/octet-stream'], '40'),
      await answered(`POST ${await connection()}`, CLOSE, TOO_LONG),
      await answered(`PUT ${await connection()}`, CLOSE, '40'),
    ];
    expect(found).toEqual(documented);
  });

  it('is the same for another transport or version than that of the handshake', async () => {
    const address = await connection();
    const badRequest = '400 {"code":3,"message":"Bad request"}';
    expect(documented).toContain(badRequest);
    expect(await answered(`GET ${withTransport(address, 'websocket')}`)).toBe(badRequest);
    expect(await answered(`GET ${address.replace('EIO=4', 'EIO=3')}`)).toBe(badRequest);
  });

  it('is the same for a second request of a connection that waits for messages', async () => {
    const address = await connection();
    // As long as it has opened no socket, it gets no messages.
    const waiting = await Promise.all([begun(`GET ${address}`), begun(`GET ${address}`)]);
    await eventually(() => expect(waiting.map(answerOf)).toContain('400'));
    expect(documented).toContain('400');
  });

  it.each([
    ['Transport unknown', () => Promise.resolve('/socket.io/?EIO=4')],
    ['Session ID unknown', () => Promise.resolve('/socket.io/?EIO=4&transport=websocket&sid=none')],
    ['Bad request', async () => withTransport(await connection(), 'websocket').replace('EIO=4', 'EIO=3')],
  ])('is the message alone to who asks for a WebSocket: %s', async (message, address) => {
    expect(await answered(`GET ${await address()}`, UPGRADE)).toBe(`400 ${message}`);
    expect(documented.join()).toContain(message);
  });

  it.each([
    ['EIO=3&transport=polling', CLOSE, '"3"'],
    ['EIO=3&transport=websocket', UPGRADE, '"3"'],
    ['transport=websocket', UPGRADE, 'missing'],
  ])('is a problem for a client of another version: %s', async (query, fields, version) => {
    const answer = await answered(`GET /socket.io/?${query}`, fields);
    expect(answer).toMatch(/^400 \{.*"code":"BAD_REQUEST"/);
    const { detail } = JSON.parse(answer.slice(4)) as { detail: string };
    expect(detail).toContain(`"EIO" in the address is ${version}; allowed: 4,`);
  });
});
