import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDeviceClient, type DeviceClient, type DeviceClientOptions, type RetryNotice } from '../src';

const RECORD = { driverID: 'd1', Speed: '72', Time: '2017-01-01 08:00:05' };

describe('posting to a server (HTTP over loopback)', () => {
  let server: Server | undefined;
  let client: DeviceClient | undefined;

  async function connect(
    listener: RequestListener,
    { connections = 4, path = '', ...rest }: Partial<DeviceClientOptions> & { path?: string } = {},
  ) {
    const notices: RetryNotice[] = [];
    const listening = createServer(listener);
    server = listening;
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    const { port } = listening.address() as AddressInfo;
    client = createDeviceClient({
      url: `http://127.0.0.1:${port}${path}`,
      connections,
      unreachableForMs: 120_000,
      ...rest,
      onRetry: (notice) => notices.push(notice),
    });
    return { client, notices };
  }

  afterEach(async () => {
    await client?.close();
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  });

  it('posts JSON below the path of the address, over no more connections than allowed', async () => {
    const requests: string[] = [];
    const ports = new Set<number | undefined>();
    const { client } = await connect(
      (request, response) => {
        ports.add(request.socket.remotePort);
        requests.push(
          `${request.method ?? ''} ${request.url ?? ''} ${request.headers['content-type'] ?? ''}`,
        );
        request.resume().on('end', () => response.writeHead(202).end('{"accepted":1,"ids":["a"]}'));
      },
      { connections: 2, path: '/fleet/' },
    );
    const results = await Promise.all(Array.from({ length: 20 }, () => client.post(RECORD)));
    expect(results).toEqual(Array.from({ length: 20 }, () => ({ ok: true, ids: ['a'] })));
    expect(new Set(requests)).toEqual(new Set(['POST /fleet/addData application/json']));
    expect(ports.size).toBe(2);
  });

  it('shows its key and sends the headers it was given', async () => {
    const seen: unknown[] = [];
    const { client } = await connect(
      (request, response) => {
        seen.push(request.headers.authorization, request.headers['x-replay']);
        request.resume().on('end', () => response.writeHead(202).end('{"accepted":1,"ids":["a"]}'));
      },
      { key: 'dwk_1', headers: { 'X-Replay': '1' } },
    );
    await client.post(RECORD);
    expect(seen).toEqual(['Bearer dwk_1', '1']);
  });

  it('sends a record again when the connection is cut before an answer', async () => {
    let requests = 0;
    const { client, notices } = await connect((request, response) => {
      requests += 1;
      if (requests === 1) request.socket.destroy();
      else request.resume().on('end', () => response.writeHead(202).end('{"accepted":1,"ids":["b"]}'));
    });
    await expect(client.post(RECORD)).resolves.toEqual({ ok: true, ids: ['b'] });
    expect(notices).toHaveLength(1);
  });

  const ANSWER = '{"accepted":1,"ids":["d"]}';
  const REFUSAL = JSON.stringify({ title: 't', status: 400, code: 'INVALID_RECORD', detail: 'd' });
  const cuts = (text: string) =>
    [0, 9].flatMap((bytes) => [
      ['Content-Length', `Content-Length: ${text.length}\r\n\r\n${text.slice(0, bytes)}`],
      ['chunks', `Transfer-Encoding: chunked\r\n\r\n${text.length.toString(16)}\r\n${text.slice(0, bytes)}`],
      ['chunks, between two', `Transfer-Encoding: chunked\r\n\r\n9\r\n${text.slice(0, 9)}\r\n`],
      ['a text that ends', `Connection: close\r\n\r\n${text.slice(0, bytes || 1)}`],
    ]);
  it.each([
    ...cuts(ANSWER).map(([how, text]) => [how, `202 Accepted\r\n${text}`]),
    ...cuts(REFUSAL).map(([how, text]) => [how, `400 Bad Request\r\n${text}`]),
    ['nothing after the head', '202 Accepted\r\nConnection: close\r\n\r\n'],
    ['half a head', '202 Accepted\r\nContent-Le'],
  ])('sends a record again when its answer is cut off, as is known by %s (%#)', async (_, text) => {
    let requests = 0;
    const { client, notices } = await connect((request, response) => {
      requests += 1;
      request.resume().on('end', () => {
        if (requests === 1) request.socket.end(`HTTP/1.1 ${text}`);
        else response.writeHead(202).end(ANSWER);
      });
    });
    await expect(client.post(RECORD)).resolves.toEqual({ ok: true, ids: ['d'] });
    expect(notices).toHaveLength(1);
  });

  it('gives up on a server whose answers are always cut off', async () => {
    const { client, notices } = await connect(
      (request) => {
        request.resume().on('end', () => request.socket.end('HTTP/1.1 202 Accepted\r\n\r\n{'));
      },
      { unreachableForMs: 700 },
    );
    await expect(client.post(RECORD)).rejects.toThrow('No answer from the server (ANSWER_CUT_OFF)');
    expect(notices.length).toBeGreaterThan(0);
  });

  it('sends a record again when no answer comes in the time that the caller gives', async () => {
    let requests = 0;
    const { client, notices } = await connect(
      (request, response) => {
        requests += 1;
        if (requests > 1)
          request.resume().on('end', () => response.writeHead(202).end('{"accepted":1,"ids":["c"]}'));
      },
      { answerTimeoutMs: 300 },
    );
    await expect(client.post(RECORD)).resolves.toEqual({ ok: true, ids: ['c'] });
    // The second answer may be late, too, on a busy machine.
    expect(new Set(notices.map(({ reason }) => reason))).toEqual(new Set(['UND_ERR_HEADERS_TIMEOUT']));
  });

  it('ends a post that hangs as soon as it is aborted', async () => {
    const abort = new AbortController();
    const { client } = await connect(() => {
      abort.abort(new Error('stopped by test'));
    });
    await expect(client.post(RECORD, abort.signal)).rejects.toThrow('stopped by test');
  });
});
