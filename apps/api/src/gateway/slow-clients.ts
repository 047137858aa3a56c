import type { Socket } from 'socket.io';
import { endAtOnce, webSocketOf } from '../access/live-connection';

/** What may wait to be taken in by one page, beside what it was sent last. */
const MAX_UNSENT_BYTES = 1024 * 1024;
/** Within this, a page has to take in what it was sent on connect: up to 10 MB for the largest fleets. */
const CONNECT_LIMIT_MS = 30_000;

/** What a page has been granted beyond {@link MAX_UNSENT_BYTES}. */
interface Grant {
  /** What of the snapshot did not fit into the connection at once, and until when that is no slowness. */
  snapshotBytes: number;
  snapshotUntilMs: number;
  /** The same of the last tick; the next one takes its place. */
  tickBytes: number;
}

const NOTHING: Grant = { snapshotBytes: 0, snapshotUntilMs: 0, tickBytes: 0 };

/**
 * Bounds what waits in memory for pages that do not take it in: 1 MiB each, and beyond that what has just been sent
 * (one snapshot, one tick), which may be larger by itself.
 */
export class SlowClients {
  private readonly grants = new WeakMap<Socket, Grant>();

  /**
   * @param onDropped told of every page whose connection was ended
   * @param now milliseconds of a clock that is never set back; only tests pass another
   */
  constructor(
    private readonly onDropped: (unsentBytes: number) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Sends a page what it is sent on connect, in one or several parts, which then have some time to be taken in. */
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

  /** Sends all pages a tick; those who have not taken in what they were sent before are dropped first. */
  sendTick(sockets: Iterable<Socket>, send: () => void): void {
    const before = [...sockets].map((socket) => {
      this.grant(socket, { tickBytes: 0 });
      this.dropIfSlow(socket);
      return { socket, bytes: unsentBytes(socket) };
    });
    send();
    for (const { socket, bytes } of before) this.grant(socket, { tickBytes: unsentBytes(socket) - bytes });
  }

  /** Drops every page that is behind; to be done every second or so. */
  sweep(sockets: Iterable<Socket>): void {
    for (const socket of [...sockets]) this.dropIfSlow(socket);
  }

  private grant(socket: Socket, granted: Partial<Grant>): void {
    this.grants.set(socket, { ...(this.grants.get(socket) ?? NOTHING), ...granted });
  }

  private dropIfSlow(socket: Socket): void {
    const unsent = unsentBytes(socket);
    if (unsent <= MAX_UNSENT_BYTES) {
      // What was granted has been taken in; whatever gathers from here on is slowness.
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

/** What Socket.IO, which knows no bound, holds for a page, and what its connection has not handed to the network yet. */
export function unsentBytes({ conn }: Socket): number {
  const { writeBuffer } = conn as unknown as { writeBuffer: readonly { data?: unknown }[] };
  let bytes = webSocketOf(conn)?.bufferedAmount ?? 0;
  for (const { data } of writeBuffer) if (typeof data === 'string') bytes += Buffer.byteLength(data);
  return bytes;
}
