import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from './problem-error';
import { sendProblem } from './problem.filter';

/** How patient the server is with a body that arrives slowly. */
export interface Patience {
  /** For the whole body of a request that is no upload, and before the rate of an upload is looked at. */
  bodyMs: number;
  /** Between two bytes. */
  idleMs: number;
  /** Of an upload, averaged over all of it so far. */
  minBytesPerSecond: number;
  /** For the rest of a body whose request has been answered already; it is read and thrown away meanwhile. */
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
  /** Takes the error where somebody is reading the body and answers; else the request is answered here. */
  onCut: ((error: ProblemError) => void) | null = null;
  private readonly startedMs: number;
  /** As of the first sweep, because asking a socket costs more than all else here. */
  private bytesBefore: number | null = null;
  private lastBytes = 0;
  private lastByteMs: number;
  /** Time in which the server was the slow one. */
  private excusedMs = 0;
  private sweptMs: number;
  private answeredMs: number | null = null;
  /** Among {@link ArrivingBodies}; -1 when it is not one of them any more. */
  place: number;

  constructor(
    readonly raw: IncomingMessage,
    private readonly reply: FastifyReply,
    private readonly all: ArrivingBodies,
    nowMs: number,
  ) {
    this.startedMs = this.lastByteMs = this.sweptMs = nowMs;
    this.place = all.add(this);
  }

  /** Spares the next sweep a body that has come completely. */
  forgetWhenComplete(): void {
    if (this.raw.complete) this.all.remove(this);
  }

  /** Ends the request when its sender has used up the patience. */
  sweep(nowMs: number, patience: Patience): void {
    const { raw } = this;
    if (raw.complete || raw.socket.destroyed) {
      this.all.remove(this);
    } else if (this.reply.raw.writableEnded) {
      this.answeredMs ??= nowMs;
      if (nowMs - this.answeredMs >= patience.lingerMs) raw.socket.destroy();
    } else {
      const slow = this.slowness(nowMs, patience);
      if (slow !== null) this.cut(slow);
    }
  }

  private cut(reason: string): void {
    const error = new ProblemError({
      status: 408,
      title: 'Request timeout',
      code: 'REQUEST_TIMEOUT',
      detail: `The body arrives too slowly: ${reason}`,
    });
    if (this.onCut === null) sendProblem(error, this.reply.request, this.reply);
    else this.onCut(error);
  }

  private slowness(nowMs: number, patience: Patience): string | null {
    const { bytesRead } = this.raw.socket;
    this.bytesBefore ??= bytesRead;
    // Bytes that wait to be read, or a body that is not read: the server holds the sender back, as when the queue is slow.
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

/**
 * The bodies that are arriving. An array in which the last one takes the place of one that goes: in a `Set`, every body of
 * a busy server outlives some collections of garbage, because V8 keeps its outgrown tables, which took a fifth of the
 * time that a record takes.
 */
export class ArrivingBodies {
  private readonly bodies: ArrivingBody[] = [];

  /** @returns its place */
  add(body: ArrivingBody): number {
    return this.bodies.push(body) - 1;
  }

  remove(body: ArrivingBody): void {
    const { place } = body;
    if (place === -1) return;
    body.place = -1;
    const last = this.bodies.pop();
    if (last === undefined || last === body) return;
    last.place = place;
    this.bodies[place] = last;
  }

  sweep(nowMs: number, patience: Patience): void {
    // From the end: what takes the place of one that goes has been looked at already.
    for (let place = this.bodies.length - 1; place >= 0; place -= 1)
      this.bodies[place]?.sweep(nowMs, patience);
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a request that has a body. */
    arrivingBody: ArrivingBody | null;
  }
}

/** Cuts off senders whose bodies arrive too slowly, of all routes; one timer looks at all of them. */
export function cutSlowSenders(server: FastifyInstance, patience: Patience = PATIENCE): void {
  const arriving = new ArrivingBodies();
  const timer = setInterval(() => {
    arriving.sweep(performance.now(), patience);
  }, patience.sweepEveryMs);
  server.addHook('onClose', (_, done) => {
    clearInterval(timer);
    done();
  });
  server.decorateRequest('arrivingBody', null);
  server.addHook('onRequest', (request: FastifyRequest, reply, done) => {
    const { raw } = request;
    const { 'content-length': length, 'transfer-encoding': encoding } = raw.headers;
    if (encoding !== undefined || (length !== undefined && length !== '0')) {
      request.arrivingBody = new ArrivingBody(raw, reply, arriving, performance.now());
    }
    done();
  });
}
