import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Socket } from 'socket.io';
import { LiveConnections } from '../access/live-connections';
import { LiveMetrics } from './live-metrics';
import { type FirstPicture, LiveSpeedsService } from '../live-speeds/live-speeds.service';
import { PictureLine } from './picture-line';
import { unsentBytes } from './slow-clients';

/** Once no more than this is left for a page to receive, it makes room for the next one. */
const TAKEN_IN_BYTES = 64 * 1024;
const LOOK_MS = 50;
/** The packet type of an event in Socket.IO's own namespace, which its protocol writes before the JSON of the event. */
const EVENT = '2';

/**
 * Sends each page that connects the recent speeds. A picture is made and serialised once for all pages that need the
 * same one, and only a few pages are sent theirs at a time, so that the cost of a crowd of pages does not grow with the
 * crowd.
 */
@Injectable()
export class FirstPictures implements OnApplicationShutdown {
  private readonly line = new PictureLine<Socket>();
  private readonly packets = new WeakMap<FirstPicture, string>();
  /** Pages that have been sent their picture and have not received all of it. */
  private readonly reading = new Set<Socket>();
  private readonly looking: NodeJS.Timeout;

  constructor(
    private readonly speeds: LiveSpeedsService,
    private readonly connections: LiveConnections,
    metrics: LiveMetrics,
  ) {
    metrics.watchWaiting(() => this.line.length);
    this.looking = setInterval(() => {
      this.letThroughWhereRead();
    }, LOOK_MS);
    this.looking.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.looking);
  }

  /**
   * Sends a page its picture when its turn has come. Resolves when that was done, or when the page has left.
   *
   * @param send called synchronously with a function that writes the picture: a tick is either in it, or comes after
   * `send` has returned
   */
  async sendTo(socket: Socket, send: (write: () => void) => void): Promise<void> {
    if (hasLeft(socket)) return;
    socket.once('disconnect', () => {
      this.leave(socket);
    });
    const isTurn = await this.line.enter(socket, this.connections.sharerOf(socket.request));
    if (!isTurn) return;
    try {
      const { cursor } = socket.handshake.auth as { cursor?: unknown };
      const picture = await this.currentPicture(typeof cursor === 'string' ? cursor : null);
      // A page that left meanwhile has made room already.
      if (hasLeft(socket)) return;
      send(() => socket.conn.write(this.packetOf(picture)));
      this.reading.add(socket);
      if (unsentBytes(socket) <= TAKEN_IN_BYTES) this.leave(socket);
    } catch (error) {
      this.leave(socket);
      throw error;
    }
  }

  /** A tick may come between the answer and the code that awaits it. */
  private async currentPicture(seen: string | null): Promise<FirstPicture> {
    let picture = await this.speeds.forConnecting(seen);
    while (!this.speeds.isCurrent(picture)) picture = await this.speeds.forConnecting(seen);
    return picture;
  }

  /** Socket.IO would serialise the picture anew for each page. */
  private packetOf(picture: FirstPicture): string {
    let packet = this.packets.get(picture);
    if (packet === undefined) {
      packet = EVENT + JSON.stringify(['data', picture.speeds, picture.meta]);
      this.packets.set(picture, packet);
    }
    return packet;
  }

  private letThroughWhereRead(): void {
    for (const socket of [...this.reading]) if (unsentBytes(socket) <= TAKEN_IN_BYTES) this.leave(socket);
  }

  private leave(socket: Socket): void {
    this.reading.delete(socket);
    this.line.leave(socket);
  }
}

const hasLeft = ({ connected }: Socket): boolean => !connected;
