import {
  type IncomingMessage,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { type ArrivingBodies, ArrivingBody } from '../arriving-body';

const NEWEST = Symbol('newest answer');

/** What a request that has been answered said about the length of its body. */
export interface AnnouncedBody {
  readonly contentLength: string | undefined;
  readonly transferEncoding: string | undefined;
}

/** A connection remembers its newest answer in a property, which costs a record nothing that can be measured. */
type AnsweringSocket = Socket & { [NEWEST]?: TrackedResponse | AnnouncedBody };

/** The answer that a connection still owes to its last request, or else what is left of it; null before the first. */
export const newestAnswer = (socket: Socket): TrackedResponse | AnnouncedBody | null =>
  (socket as AnsweringSocket)[NEWEST] ?? null;

export const announcedBodyOf = ({ headers }: IncomingMessage): AnnouncedBody => ({
  contentLength: headers['content-length'],
  transferEncoding: headers['transfer-encoding'],
});

/** The answer to any request, whoever gives it: a route, the guard before it, Engine.IO or Node itself. */
export class TrackedResponse<
  Request extends IncomingMessage = IncomingMessage,
> extends ServerResponse<Request> {
  /** The body of the request; null if it has none. */
  arrivingBody: ArrivingBody | null = null;

  override detachSocket(socket: Socket): void {
    super.detachSocket(socket);
    // Tens of thousands of idle connections must not keep their last requests in memory.
    if (this.req.complete && newestAnswer(socket) === this)
      (socket as AnsweringSocket)[NEWEST] = announcedBodyOf(this.req);
  }

  override writeHead(
    status: number,
    reasonOrHeaders?: string | OutgoingHttpHeaders | OutgoingHttpHeader[],
    headers?: OutgoingHttpHeaders | OutgoingHttpHeader[],
  ): this {
    this.arrivingBody?.beginAnswer();
    return typeof reasonOrHeaders === 'string'
      ? super.writeHead(status, reasonOrHeaders, headers)
      : super.writeHead(status, reasonOrHeaders);
  }
}

/**
 * Returns the response class of a server, for `http.createServer`.
 *
 * @param bodies tracks the bodies that are arriving
 */
export function trackedResponses(bodies: ArrivingBodies): typeof TrackedResponse {
  return class<Request extends IncomingMessage> extends TrackedResponse<Request> {
    constructor(...args: ConstructorParameters<typeof ServerResponse<Request>>) {
      super(...args);
      const [request] = args;
      (request.socket as AnsweringSocket)[NEWEST] = this;
      const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
      if (encoding !== undefined || (length !== undefined && length !== '0'))
        this.arrivingBody = new ArrivingBody(request, this, bodies, performance.now());
    }
  };
}
