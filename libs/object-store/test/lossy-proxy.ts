import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server in front of another one that can lose an answer on its way back. */
export interface LossyProxy {
  readonly endpoint: string;
  /** Lets the next request arrive, but breaks its connection before the answer. */
  readonly loseNextAnswer: () => void;
  /** Returns how many answers were lost. */
  readonly lost: () => number;
  readonly stop: () => Promise<void>;
}

export async function startLossyProxy(target: string): Promise<LossyProxy> {
  let losesNext = false;
  let lost = 0;
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const loses = losesNext;
    losesNext = false;
    const forwarded = request(target + (url ?? ''), { method, headers }, (answer) => {
      if (loses) {
        lost += 1;
        incoming.socket.destroy();
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(forwarded);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    loseNextAnswer: () => {
      losesNext = true;
    },
    lost: () => lost,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
