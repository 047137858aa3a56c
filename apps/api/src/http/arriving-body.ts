import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';
import { ClientCounts } from './connections/client-counts';
import { LAST_ANSWER, ProblemError, rateLimited } from './problem-error';
import { sendProblem } from './problem.filter';
import { problemAnswer } from './raw-answer';

/** How patient the server is with a body that arrives slowly. */
export interface Patience {
  /**
   * How long the whole body of a request may take that is no upload, and how long before the rate of an upload is
   * checked.
   */
  bodyMs: number;
  /** The longest time between two bytes. */
  idleMs: number;
  /** The rate that an upload has to keep, averaged over all of it so far. */
  minBytesPerSecond: number;
  /** How long the rest of a body may take once the request has been answered; it is read and thrown away meanwhile. */
  lingerMs: number;
  sweepEveryMs: number;
}

export const PATIENCE: Patience = {
  bodyMs: 15_000,
  idleMs: 10_000,
  minBytesPerSecond: 1024,
  lingerMs: 5_000,
  sweepEveryMs: 500,
};

/** A request whose body has not arrived completely yet. */
export class ArrivingBody {
  /** An upload may take long as long as it keeps coming. */
  isUpload = false;
  /** Whether the client waits for `100 Continue` before it sends the body. */
  isAwaited = false;
  /**
   * Receives the error if somebody is reading the body and answers the request; otherwise it is answered here.
   * `isOver`: nothing more can arrive, so whatever has arrived may be used first.
   */
  onCut: ((error: ProblemError, isOver: boolean) => void) | null = null;
  /** Fastify's reply; null for a request that Fastify does not hear of. */
  reply: FastifyReply | null = null;
  private readonly startedMs: number;
  /** Set from the first sweep on, because asking a socket costs more than everything else here. */
  private bytesBefore: number | null = null;
  private lastBytes = 0;
  private lastByteMs: number;
  /** Time during which the server was the slow one. */
  private excusedMs = 0;
  private sweptMs: number;
  private answeredMs: number | null = null;
  /** Whether the connection ends with the answer, which was given before the body was complete. */
  private endsConnection = false;
  /** The client that it counts for, from the first sweep on. */
  private client: string | null = null;
  /** The index in {@link ArrivingBodies}; -1 when it is no longer one of them. */
  place: number;

  constructor(
    readonly raw: IncomingMessage,
    private readonly response: ServerResponse,
    private readonly all: ArrivingBodies,
    nowMs: number,
  ) {
    this.startedMs = this.lastByteMs = this.sweptMs = nowMs;
    this.place = all.add(this);
  }

  /** Tells a client that waits with the body to send it; call it once nothing in the head speaks against the request. */
  invite(): void {
    if (!this.isAwaited) return;
    this.isAwaited = false;
    this.response.writeContinue();
  }

  /** Spares the next sweep a body that has arrived completely. */
  forgetWhenComplete(): void {
    if (this.raw.complete) this.all.remove(this);
  }

  /**
   * Takes note of the answer; call it before the answer's head is written. While the body is still arriving, the answer
   * is the last one of its connection: nobody should send a hundred megabytes that nobody reads.
   */
  beginAnswer(): void {
    const { raw, response } = this;
    if (raw.complete || response.headersSent) return;
    this.endsConnection = true;
    response.setHeader('Connection', 'close');
    // Node would close the connection with the end of the answer, and a client that is still sending would get a reset
    // instead of the answer. Whatever it still sends is thrown away until the sweep closes the connection.
    endGently(raw.socket);
  }

  /** Ends the request when its sender has used up the patience. */
  sweep(nowMs: number, patience: Patience): void {
    const { raw, response } = this;
    if (raw.socket.destroyed || (raw.complete && !this.endsConnection)) {
      this.all.remove(this);
    } else if (response.headersSent) {
      this.answeredMs ??= nowMs;
      const isDone = raw.complete && response.writableFinished;
      if (isDone || nowMs - this.answeredMs >= patience.lingerMs) raw.socket.destroy();
    } else {
      const slow = this.slowness(nowMs, patience);
      if (slow !== null) this.cut(timedOut(slow));
      else this.countForClient();
    }
  }

  /** Answers a request whose body can no longer become complete, unless it has been answered already. */
  breakOff(error: ProblemError): void {
    const { raw, response } = this;
    if (response.headersSent) return;
    if (this.onCut === null && this.reply === null) raw.socket.end(problemAnswer(error));
    else this.cut(error, true);
  }

  /** Ends counting the body for its client. */
  stopCounting(clients: ClientCounts): void {
    if (this.client !== null) clients.give(this.client);
    this.client = null;
  }

  /**
   * Connections are counted by who made them, which behind a proxy is the proxy; the requests on them are counted here.
   */
  private countForClient(): void {
    if (this.client !== null || this.reply === null) return;
    this.client = this.all.clients.take(this.reply.request.ip);
    if (this.client === null)
      this.cut(rateLimited('Too many requests of this client are under way', this.all.retryAfterMs));
  }

  private cut(error: ProblemError, isOver = false): void {
    if (this.onCut !== null) this.onCut(error, isOver);
    else if (this.reply !== null) sendProblem(error, this.reply.request, this.reply);
    // The reader of the body considers itself the only one to answer, and would answer again.
    else this.raw.socket.destroy();
  }

  private slowness(nowMs: number, patience: Patience): string | null {
    const { bytesRead } = this.raw.socket;
    this.bytesBefore ??= bytesRead;
    // Bytes wait to be read, or the body is paused: the server is holding the sender back, for example because the
    // queue is slow.
    if (this.raw.readableLength > 0 || this.raw.isPaused()) this.excusedMs += nowMs - this.sweptMs;
    else if (bytesRead === this.lastBytes && nowMs - this.lastByteMs >= patience.idleMs)
      return `nothing came for ${patience.idleMs / 1000} seconds`;
    if (bytesRead !== this.lastBytes || this.raw.readableLength > 0) this.lastByteMs = nowMs;
    this.lastBytes = bytesRead;
    this.sweptMs = nowMs;
    const spentMs = nowMs - this.startedMs - this.excusedMs;
    if (spentMs < patience.bodyMs) return null;
    if (!this.isUpload) return `it was not complete after ${patience.bodyMs / 1000} seconds`;
    const tooSlow = bytesRead - this.bytesBefore < (patience.minBytesPerSecond * spentMs) / 1000;
    return tooSlow ? `less than ${patience.minBytesPerSecond} bytes a second` : null;
  }
}

/** Makes Node only end a connection where it would close it; somebody else closes it later. */
export function endGently(socket: Socket): void {
  socket.destroySoon = () => {
    socket.end();
  };
}

const timedOut = (reason: string): ProblemError =>
  new ProblemError('REQUEST_TIMEOUT', `The body arrives too slowly: ${reason}`, { headers: LAST_ANSWER });

/**
 * The bodies that are arriving. They are in an array in which the last one takes the place of one that is removed: in a
 * `Set`, every body of a busy server survives several garbage collections, because V8 keeps its outgrown tables, which
 * took a fifth of the time that a record takes.
 */
export class ArrivingBodies {
  private readonly bodies: ArrivingBody[] = [];
  readonly clients: ClientCounts;
  /** How long until one client may have fewer requests under way again. */
  readonly retryAfterMs = PATIENCE.bodyMs;

  /** @param maxPerClient how many requests of one client may have bodies that arrive for longer than a moment */
  constructor(maxPerClient = Infinity) {
    this.clients = new ClientCounts(maxPerClient);
  }

  /** @returns the body's index */
  add(body: ArrivingBody): number {
    return this.bodies.push(body) - 1;
  }

  remove(body: ArrivingBody): void {
    const { place } = body;
    if (place === -1) return;
    body.place = -1;
    body.stopCounting(this.clients);
    const last = this.bodies.pop();
    if (last === undefined || last === body) return;
    last.place = place;
    this.bodies[place] = last;
  }

  sweep(nowMs: number, patience: Patience): void {
    // The loop starts from the end: the body that replaces a removed one has been swept already.
    for (let place = this.bodies.length - 1; place >= 0; place -= 1)
      this.bodies[place]?.sweep(nowMs, patience);
  }
}
