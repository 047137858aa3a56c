import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Statuses that ask for a retry, in the order in which the first requests get them. */
const REFUSALS = [503, 429];

/** A server in front of another one: refuses the first requests for a moment, and passes on the bodies of the rest. */
export class ImpatientFront {
  /** The headers of every request, including refused ones. */
  readonly headers: IncomingHttpHeaders[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(target: string): Promise<ImpatientFront> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const front = new ImpatientFront(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => {
      front.headers.push(request.headers);
      const refusal = REFUSALS[front.headers.length - 1];
      const forward = async (): Promise<void> => {
        const body = await buffer(request);
        if (refusal !== undefined) {
          response.writeHead(refusal, { 'Retry-After': '0' }).end('{}');
          return;
        }
        const { 'content-type': type = '', 'idempotency-key': key } = request.headers;
        const headers = { 'Content-Type': type, ...(typeof key === 'string' && { 'Idempotency-Key': key }) };
        const answer = await fetch(`${target}${request.url ?? ''}`, {
          method: request.method ?? 'GET',
          headers,
          body,
        });
        response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(await answer.text());
      };
      forward().catch((error: unknown) => response.destroy(error as Error));
    });
    return front;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
