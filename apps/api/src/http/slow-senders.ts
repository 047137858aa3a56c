import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type ArrivingBodies, type ArrivingBody, PATIENCE, type Patience } from './arriving-body';
import { TrackedResponse } from './connections/tracked-response';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body of the request, if it has one. */
    arrivingBody: ArrivingBody | null;
  }
}

/**
 * Cuts off senders whose bodies arrive too slowly, on all routes; one timer checks all of them.
 *
 * @param arriving the bodies of all requests of the server, see `trackedResponses`
 */
export function cutSlowSenders(
  server: FastifyInstance,
  arriving: ArrivingBodies,
  patience: Patience = PATIENCE,
): void {
  const timer = setInterval(() => {
    arriving.sweep(performance.now(), patience);
  }, patience.sweepEveryMs);
  server.addHook('onClose', (_, done) => {
    clearInterval(timer);
    done();
  });
  server.decorateRequest('arrivingBody', null);
  server.addHook('onRequest', (request: FastifyRequest, reply, done) => {
    const { raw } = reply;
    if (raw instanceof TrackedResponse && raw.arrivingBody !== null) {
      raw.arrivingBody.reply = reply;
      request.arrivingBody = raw.arrivingBody;
    }
    done();
  });
}
