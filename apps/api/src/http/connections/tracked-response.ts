import {
  type IncomingMessage,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { type ArrivingBodies, ArrivingBody } from '../arriving-body';

const NEWEST = Symbol('newest answer');

/** A connection remembers its newest answer in a property, which costs a record nothing that can be measured. */
type AnsweringSocket = Socket & { [NEWEST]?: TrackedResponse };

/** The answer to the last request that came on a connection, given or not; null if none has come yet. */
export const newestAnswer = (socket: Socket): TrackedResponse | null =>
  (socket as AnsweringSocket)[NEWEST] ?? null;

/** The answer to any request, whoever gives it: a route, the guard before it, Engine.IO or Node itself. */
export class TrackedResponse<
  Request extends IncomingMessage = IncomingMessage,
> extends ServerResponse<Request> {
  /** The body of the request; null if it has none. */
  arrivingBody: ArrivingBody | null = null;
  /** Whether the client waits for `100 Continue` before it sends the body. */
  isAwaited = false;

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
