import { connect, type Socket } from 'node:net';
import { eventually } from '@drivewatch/testing';
import { require } from '../scenarios/watch';

export interface RawConnectionsOptions {
  /** How many connections there are. */
  readonly count: number;
  /** What each connection sends as soon as it is open. */
  readonly bytes?: string | Buffer;
  /** The address of this machine that they come from, such as `127.0.0.2`. */
  readonly localAddress?: string;
}

/** One connection, and what happened to it. */
interface RawConnection {
  readonly socket: Socket;
  isOpened: boolean;
  /** Whether the server has ended it, by FIN or RST, or has not let it in at all. */
  isClosed: boolean;
  received: string;
}

const RECEIVED_KEPT = 4_096;

/** TCP connections of somebody who follows no protocol: they send what they are told, and never close by themselves. */
export class RawConnections {
  private readonly connections: RawConnection[] = [];

  /** @param url of the server, on this machine */
  constructor(private readonly url: string) {}

  /** Opens more connections. @returns when each is open, or was refused */
  async open({ count, bytes, localAddress }: RawConnectionsOptions): Promise<void> {
    const opened = Array.from({ length: count }, () => this.openOne(bytes, localAddress));
    for (const connection of opened) this.connections.push(connection);
    await eventually(() => {
      const waiting = opened.filter(({ isOpened, isClosed }) => !isOpened && !isClosed).length;
      require(waiting === 0, `each connection to be opened or refused, but ${waiting} are not`);
    });
  }

  get count(): number {
    return this.connections.length;
  }

  /** How many connections the server has ended or not let in; its descriptors tell whether it has released them. */
  get closed(): number {
    return this.connections.filter(({ isClosed }) => isClosed).length;
  }

  /** How many connections got each status as their first answer; 0 stands for no answer. */
  get statuses(): ReadonlyMap<number, number> {
    const counts = new Map<number, number>();
    for (const { received } of this.connections) {
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(received)?.[1] ?? 0);
      counts.set(status, (counts.get(status) ?? 0) + 1);
    }
    return counts;
  }

  /** The beginning of what each connection was sent. */
  get answers(): readonly string[] {
    return this.connections.map(({ received }) => received);
  }

  /** Sends something more on each open connection, such as the next byte of a trickle. */
  send(bytes: string | Buffer): void {
    for (const { socket, isClosed } of this.connections) if (!isClosed) socket.write(bytes);
  }

  /** Cuts all connections. */
  cut(): void {
    for (const { socket } of this.connections) socket.destroy();
  }

  private openOne(bytes: string | Buffer | undefined, localAddress: string | undefined): RawConnection {
    const { hostname, port } = new URL(this.url);
    const socket = connect({
      host: hostname,
      port: Number(port),
      ...(localAddress !== undefined && { localAddress }),
      // Half-open sockets are allowed: when the server says goodbye, this side must not answer with goodbye.
      allowHalfOpen: true,
    });
    const connection: RawConnection = { socket, isOpened: false, isClosed: false, received: '' };
    socket.once('connect', () => {
      connection.isOpened = true;
      if (bytes !== undefined) socket.write(bytes);
    });
    socket.on('data', (chunk) => {
      connection.received = (connection.received + chunk.toString('latin1')).slice(0, RECEIVED_KEPT);
    });
    const onClosed = (): void => {
      connection.isClosed = true;
    };
    for (const event of ['end', 'close', 'error']) socket.once(event, onClosed);
    // Errors after the first one add nothing.
    socket.on('error', () => undefined);
    return connection;
  }
}
