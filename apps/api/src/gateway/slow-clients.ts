import type { Socket } from 'socket.io';
import { endAtOnce, webSocketOf } from '../access/live-connection';

/** How much may wait for one page to receive it, besides what it was sent last. */
const MAX_UNSENT_BYTES = 1024 * 1024;
/** How long a page has to receive what it was sent on connect: up to 10 MB for the largest fleets. */
const CONNECT_LIMIT_MS = 30_000;

/** What a page may leave unread beyond {@link MAX_UNSENT_BYTES}. */
interface Grant {
  /**
   * The part of the snapshot that the connection did not take at once, and until when that does not count as slowness.
   */
  snapshotBytes: number;
  snapshotUntilMs: number;
  /** The same for the last tick; the next one replaces it. */
  tickBytes: number;
}

const NOTHING: Grant = { snapshotBytes: 0, snapshotUntilMs: 0, tickBytes: 0 };

/**
 * Limits what waits in memory for pages that do not read it: 1 MiB each, plus what has just been sent (one snapshot,
 * one tick), which may be larger by itself.
 */
export class SlowClients {
  private readonly grants = new WeakMap<Socket, Grant>();

  /**
   * @param onDropped called for every page whose connection was ended
   * @param now milliseconds of a clock that is never set back; only tests pass another
   */
  constructor(
    private readonly onDropped: (unsentBytes: number) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Sends a page what it gets on connect, in one or several parts, which it then has some time to receive. */
  sendSnapshot(socket: Socket, send: () => void): void {
    const before = unsentBytes(socket);
    send();
    const { snapshotBytes, snapshotUntilMs } = this.grants.get(socket) ?? NOTHING;
    const nowMs = this.now();
    const grantedBytes = nowMs < snapshotUntilMs ? snapshotBytes : 0;
    this.grant(socket, {
      snapshotBytes: grantedBytes + unsentBytes(socket) - before,
      snapshotUntilMs: nowMs + CONNECT_LIMIT_MS,
    });
  }

  /** Sends all pages a tick; pages that have not received what they were sent before are dropped first. */
  sendTick(sockets: Iterable<Socket>, send: () => void): void {
    const before = [...sockets].map((socket) => {
      this.grant(socket, { tickBytes: 0 });
      this.dropIfSlow(socket);
      return { socket, bytes: unsentBytes(socket) };
    });
    send();
    for (const { socket, bytes } of before) this.grant(socket, { tickBytes: unsentBytes(socket) - bytes });
  }

  /** Drops every page that is behind; to be called every second or so. */
  sweep(sockets: Iterable<Socket>): void {
    for (const socket of [...sockets]) this.dropIfSlow(socket);
  }

  private grant(socket: Socket, granted: Partial<Grant>): void {
    this.grants.set(socket, { ...(this.grants.get(socket) ?? NOTHING), ...granted });
  }

  private dropIfSlow(socket: Socket): void {
    const unsent = unsentBytes(socket);
    if (unsent <= MAX_UNSENT_BYTES) {
      // Everything granted has been received; whatever gathers from here on is slowness.
      this.grants.delete(socket);
      return;
    }
    const { snapshotBytes, snapshotUntilMs, tickBytes } = this.grants.get(socket) ?? NOTHING;
    const granted = (this.now() < snapshotUntilMs ? snapshotBytes : 0) + tickBytes;
    if (unsent <= MAX_UNSENT_BYTES + granted) return;
    endAtOnce(socket.conn);
    this.onDropped(unsent);
  }
}

/**
 * Returns what Socket.IO, which has no limit, holds for a page, plus what its connection has not handed to the network
 * yet.
 */
export function unsentBytes({ conn }: Socket): number {
  const { writeBuffer } = conn as unknown as { writeBuffer: readonly { data?: unknown }[] };
  let bytes = webSocketOf(conn)?.bufferedAmount ?? 0;
  for (const { data } of writeBuffer) if (typeof data === 'string') bytes += Buffer.byteLength(data);
  return bytes;
}
