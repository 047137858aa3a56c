import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** An answer of the server behind a front. */
export interface PassedAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** A request to a front, and what may be done with it. */
export interface FrontRequest {
  /** 1 for the first request. */
  number: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Passes the request on, and resolves with the answer. */
  pass: () => Promise<PassedAnswer>;
  /** Passes on the head and some of the body, ends the connection, and resolves with the answer. */
  passPart: (bytes: number) => Promise<PassedAnswer>;
}

/** Where an answer ends too early, and by what its reader could notice. */
export interface Cut {
  framing: 'Content-Length' | 'chunked' | 'nothing';
  /** How much of the body comes, from 0 to 1. */
  share: number;
}

/** What a front does with a request: the answer that it gives, whole or cut off. */
type Treatment = (request: FrontRequest) => Promise<PassedAnswer & { cut?: Cut | undefined }>;

/** The headers of a request that the server behind a front gets. */
const PASSED_HEADERS = ['content-type', 'content-encoding', 'idempotency-key'];
/** Statuses that ask for a retry, in the order in which the first requests get them. */
const REFUSALS = [503, 429];

/** A server in front of another one, which does what networks and busy servers do to devices. */
export class DeviceFront {
  readonly requests: FrontRequest[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(target: string, treat: Treatment): Promise<DeviceFront> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const front = new DeviceFront(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => {
      const { headers, method = 'GET', url = '' } = request;
      const answer = async (): Promise<void> => {
        const body = await buffer(request);
        const seen: FrontRequest = {
          number: front.requests.length + 1,
          headers,
          body,
          pass: () => passOn(`${target}${url}`, method, headers, body),
          passPart: (bytes) => passPartOn(`${target}${url}`, headers, body, bytes),
        };
        front.requests.push(seen);
        const { cut, ...given } = await treat(seen);
        if (cut === undefined) response.writeHead(given.status, given.headers).end(given.body);
        else cutOff(response, given, cut);
      };
      answer().catch((error: unknown) => response.destroy(error as Error));
    });
    return front;
  }

  /** Refuses the first requests for a moment, and passes on the rest. */
  static impatient(target: string): Promise<DeviceFront> {
    return DeviceFront.start(target, async ({ number, pass }) => {
      const status = REFUSALS[number - 1];
      return status === undefined
        ? await pass()
        : { status, headers: { 'Retry-After': '0' }, body: Buffer.from('{}') };
    });
  }

  /** Lets every request through, and cuts off the first answers. */
  static cutting(target: string, cuts: readonly Cut[]): Promise<DeviceFront> {
    return DeviceFront.start(target, async ({ number, pass }) => ({
      ...(await pass()),
      cut: cuts[number - 1],
    }));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const passedHeaders = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    PASSED_HEADERS.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );

async function passOn(
  url: string,
  method: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
): Promise<PassedAnswer> {
  const answer = await fetch(url, {
    method,
    headers: passedHeaders(headers),
    ...(method === 'POST' && { body: new Uint8Array(body) }),
  });
  return {
    status: answer.status,
    headers: { 'Content-Type': answer.headers.get('content-type') ?? '' },
    body: Buffer.from(await answer.arrayBuffer()),
  };
}

async function passPartOn(
  url: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
  bytes: number,
): Promise<PassedAnswer> {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  const fields = Object.entries({ ...passedHeaders(headers), 'content-length': body.length });
  const head = [`POST ${pathname} HTTP/1.1`, 'Host: localhost', ...fields.map((field) => field.join(': '))];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  socket.end(body.subarray(0, bytes));
  const [answer = '', text = ''] = (await buffer(socket)).toString().split('\r\n\r\n');
  return {
    status: Number(answer.slice(9, 12)),
    headers: { 'Content-Type': 'application/problem+json' },
    body: Buffer.from(text),
  };
}

function cutOff({ socket }: ServerResponse, { status, headers, body }: PassedAnswer, cut: Cut): void {
  const part = body.subarray(0, Math.floor(body.length * cut.share));
  const framing = {
    'Content-Length': `Content-Length: ${body.length}`,
    chunked: 'Transfer-Encoding: chunked',
    nothing: 'Connection: close',
  }[cut.framing];
  const fields = Object.entries(headers).map((field) => field.join(': '));
  socket?.write(`${[`HTTP/1.1 ${status} Cut off`, framing, ...fields].join('\r\n')}\r\n\r\n`);
  if (cut.framing === 'chunked' && part.length > 0) socket?.write(`${body.length.toString(16)}\r\n`);
  socket?.end(part);
}
