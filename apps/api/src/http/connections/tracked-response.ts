import {
  type IncomingMessage,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http';
import { type ArrivingBodies, ArrivingBody } from '../arriving-body';

/** The answer to any request, whoever gives it: a route, the guard before it, Engine.IO or Node itself. */
export class TrackedResponse<
  Request extends IncomingMessage = IncomingMessage,
> extends ServerResponse<Request> {
  /** The body of the request; null where it has none. */
  arrivingBody: ArrivingBody | null = null;

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

/** The answers of a server, as `http.createServer` takes them. @param bodies the senders that are looked after */
export function trackedResponses(bodies: ArrivingBodies): typeof TrackedResponse {
  return class<Request extends IncomingMessage> extends TrackedResponse<Request> {
    constructor(...args: ConstructorParameters<typeof ServerResponse<Request>>) {
      super(...args);
      const [request] = args;
      const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
      if (encoding !== undefined || (length !== undefined && length !== '0'))
        this.arrivingBody = new ArrivingBody(request, this, bodies, performance.now());
    }
  };
}
