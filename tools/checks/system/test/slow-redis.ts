import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Longer than an API waits for Redis, and over before a device gives up. */
const PAUSE_MS = 2_000;
/** Part of the answer by which a client finds that Redis is ready. */
const READY = 'redis_version:';

/** Relays to Redis, but lets nothing through for a while once a client has found Redis to be ready. */
export async function slowOnceReady(redisUrl: string): Promise<{
  /** Includes the user and password of Redis itself. */
  url: string;
  /** Returns how many connections have had to wait. */
  pauses: () => number;
  close: () => Promise<void>;
}> {
  const target = new URL(redisUrl);
  const open = new Set<Socket>();
  let pauses = 0;
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    let hasPaused = false;
    near.on('data', (commands: Buffer) => far.write(commands));
    far.on('data', (answers: Buffer) => {
      if (!hasPaused && answers.includes(READY)) {
        hasPaused = true;
        pauses += 1;
        near.pause();
        setTimeout(() => near.resume(), PAUSE_MS);
      }
      near.write(answers);
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    pauses: () => pauses,
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
