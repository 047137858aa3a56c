import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Passes requests on to another server and records them. */
export interface CountingOrigin {
  /** The address, ending in a slash. */
  readonly url: string;
  /** Paths and headers of the requests so far, the oldest first. */
  readonly requests: readonly { path: string; ifNoneMatch: string | undefined }[];
  /** Allows answers to be cached for one second only from now on. */
  readonly shortenLives: () => void;
  /** Answers every request with 503 from now on. */
  readonly fail: () => void;
  readonly stop: () => Promise<void>;
}

/** @param target ends in a slash */
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
