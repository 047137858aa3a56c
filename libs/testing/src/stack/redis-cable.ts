import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP relay to Redis that can be pulled out: connections break, and new ones are not taken until it is back. */
export class RedisCable {
  private readonly open = new Set<Socket>();
  private isOut = false;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on('connection', (near) => {
      if (this.isOut) {
        near.destroy();
        return;
      }
      const far = connect(Number(target.port), target.hostname);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.open.add(one);
        one.pipe(other);
        one.on('error', () => undefined);
        one.on('close', () => {
          this.open.delete(one);
          other.destroy();
        });
      }
    });
  }

  static async to(redisUrl: string): Promise<RedisCable> {
    const server = createServer();
    const cable = new RedisCable(server, new URL(redisUrl));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return cable;
  }

  /** Returns the URL with the user and password of Redis itself. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  pull(): void {
    this.isOut = true;
    for (const socket of this.open) socket.destroy();
  }

  plug(): void {
    this.isOut = false;
  }

  async close(): Promise<void> {
    this.pull();
    this.server.close();
    await once(this.server, 'close');
  }
}
