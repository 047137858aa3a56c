import type { IncomingMessage, ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { LiveGateway } from './gateway/live.gateway';
import { RecordRoute } from './ingestion/record-route';

/** How long a busy keep-alive connection has to learn, from its next answer, that it will end. */
const GRACE_MS = 1_500;
/** Requests still unanswered after this are cut off; they were not acknowledged. */
const LIMIT_MS = 5_000;
const LOOK_MS = 50;

/**
 * Takes no new connections, tells the pages to connect elsewhere, answers the requests in progress, and ends each
 * connection after its answer. Call it while everything that answers need still works.
 */
export async function endConnections(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer();
  const ended = new AbortController();
  // HTTP's own close would cut idle connections off at once, at the very moment when a device may be sending on one.
  NetServer.prototype.close.call(server, () => ended.abort());
  server.prependListener('request', (_: IncomingMessage, response: ServerResponse) => {
    response.setHeader('Connection', 'close');
  });
  app.get(LiveGateway, { strict: false }).closeConnections();
  app.get(RecordRoute, { strict: false }).endUploads();
  const begunAt = performance.now();
  while (!ended.signal.aborted) {
    const elapsedMs = performance.now() - begunAt;
    if (elapsedMs > LIMIT_MS) server.closeAllConnections();
    else if (elapsedMs > GRACE_MS) server.closeIdleConnections();
    await wait(LOOK_MS);
  }
}
