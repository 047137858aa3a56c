import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Passes requests on to another server and keeps account of them. */
export interface CountingOrigin {
  /** With a slash at its end. */
  readonly url: string;
  /** Paths and headers of the requests so far, the oldest first. */
  readonly requests: readonly { path: string; ifNoneMatch: string | undefined }[];
  /** From now on answers may be kept for one second only. */
  readonly shortenLives: () => void;
  /** From now on every request is answered with 503. */
  readonly fail: () => void;
  readonly stop: () => Promise<void>;
}

/** @param target with a slash at its end */
export async function startCountingOrigin(target: string): Promise<CountingOrigin> {
  const requests: { path: string; ifNoneMatch: string | undefined }[] = [];
  let fails = false;
  let areShort = false;
  const server = createServer((incoming, outgoing) => {
    const path = (incoming.url ?? '').slice(1);
    requests.push({ path, ifNoneMatch: incoming.headers['if-none-match'] });
    if (fails) {
      outgoing.writeHead(503).end();
      return;
    }
    const { method, headers } = incoming;
    const forwarded = request(target + path, { method, headers }, (answer) => {
      const lives = areShort && { 'cache-control': 'public, max-age=1' };
      outgoing.writeHead(answer.statusCode ?? 500, { ...answer.headers, ...lives });
      answer.pipe(outgoing);
    });
    incoming.pipe(forwarded);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    shortenLives: () => {
      areShort = true;
    },
    fail: () => {
      fails = true;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
