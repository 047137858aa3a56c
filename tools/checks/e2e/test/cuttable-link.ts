import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A TCP relay in front of the stack. While it is cut, connections through it break and new ones are refused, whatever
 * they carry: what a page sees when its network goes away, while the stack itself stays up.
 */
export class CuttableLink {
  private readonly open = new Set<Socket>();
  private server: Server;

  private constructor(
    private readonly targetPort: number,
    private port = 0,
  ) {
    this.server = this.createRelay();
  }

  /** @param url of the stack, on this machine */
  static async to(url: string): Promise<CuttableLink> {
    const link = new CuttableLink(Number(new URL(url).port));
    await link.restore();
    return link;
  }

  /** The address to open instead of the stack's own. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async cut(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.open) socket.destroy();
    await closed;
  }

  /** Listens again, on the same port. */
  async restore(): Promise<void> {
    this.server = this.createRelay();
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    if (this.server.listening) await this.cut();
  }

  private createRelay(): Server {
    return createServer((inward) => {
      const outward = connect(this.targetPort, '127.0.0.1');
      for (const [from, to] of [
        [inward, outward],
        [outward, inward],
      ] as const) {
        this.open.add(from);
        from.on('error', () => to.destroy());
        from.on('close', () => {
          this.open.delete(from);
          to.destroy();
        });
        from.pipe(to);
      }
    });
  }
}
