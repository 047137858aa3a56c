import type { IncomingMessage, ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { LiveGateway } from './gateway/live.gateway';
import { RecordRoute } from './ingestion/record-route';

/** How long a busy keep-alive connection gets to be told, with its next answer, that it ends. */
const GRACE_MS = 1_500;
/** What is still being answered then is cut off; it was not acknowledged. */
const LIMIT_MS = 5_000;
const LOOK_MS = 50;

/**
 * Takes no new connections, tells the pages to connect elsewhere, answers what is being asked, and ends each connection
 * after its answer. To be done while everything that answers need is still there.
 */
export async function endConnections(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer();
  const ended = new AbortController();
  // HTTP's own close would cut idle connections off at once, in the very moment in which a device may be sending on one.
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
