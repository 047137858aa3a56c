import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from '@drivewatch/testing/random';

/** What the link does to requests that pass through it. */
export type LinkFault =
  /** Requests, and answers, arrive later by up to this much. */
  | { kind: 'delay'; maxMs: number }
  /** Some connections are reset a moment after their request was passed on. */
  | { kind: 'reset'; share: number; maxMs: number }
  /** The answers to some requests never come, although the connection stays open. */
  | { kind: 'swallow'; share: number };

/**
 * A TCP relay between devices and API that acts as a bad network when told to. It does not parse what passes: whatever
 * a device writes in one piece counts as a request, which holds for records posted one at a time.
 */
export class FaultyLink {
  private fault: LinkFault | undefined;
  private strikes = 0;
  private readonly open = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly targetPort: number,
    private readonly random: Random,
  ) {
    server.on('connection', (device) => this.relay(device));
  }

  /** @param url of the API, on this machine */
  static async to(url: string, random: Random): Promise<FaultyLink> {
    const server = createServer();
    const link = new FaultyLink(server, Number(new URL(url).port), random);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return link;
  }

  /** The address that devices post to instead of the API's own. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** How many requests have been delayed, reset or robbed of their answer since `disturb`. */
  get struck(): number {
    return this.strikes;
  }

  disturb(fault: LinkFault): void {
    this.fault = fault;
    this.strikes = 0;
  }

  /** Lets everything pass from now on; a connection whose answer was swallowed stays without it. */
  heal(): void {
    this.fault = undefined;
  }

  async close(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private relay(device: Socket): void {
    const api = connect(this.targetPort, '127.0.0.1');
    let isSwallowing = false;
    this.join(device, api);
    this.pass(device, api, () => {
      const { fault, random } = this;
      if (fault === undefined || fault.kind === 'delay' || !random.chance(fault.share)) return;
      this.strikes += 1;
      if (fault.kind === 'swallow') isSwallowing = true;
      else setTimeout(() => device.resetAndDestroy(), random.between(0, fault.maxMs));
    });
    this.pass(api, device, () => undefined, { isDropped: () => isSwallowing });
  }

  /**
   * When one side ends, the other is ended properly, even after a reset: the API must not see the device's reset as
   * one.
   */
  private join(device: Socket, api: Socket): void {
    for (const [one, other] of [
      [device, api],
      [api, device],
    ] as const) {
      this.open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.open.delete(one);
        other.end();
      });
    }
  }

  /** Passes on what arrives, in order, and as late as the link is slow. */
  private pass(
    from: Socket,
    to: Socket,
    onPiece: () => void,
    { isDropped = () => false }: { isDropped?: () => boolean } = {},
  ): void {
    let before = Promise.resolve();
    from.on('data', (piece) => {
      const { fault } = this;
      const delayMs = fault?.kind === 'delay' ? this.random.between(0, fault.maxMs) : 0;
      if (delayMs > 0) this.strikes += 1;
      before = before.then(async () => {
        if (delayMs > 0) await wait(delayMs);
        if (isDropped() || !to.writable) return;
        to.write(piece);
        onPiece();
      });
    });
  }
}
