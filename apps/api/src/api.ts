import { type ApiConfig, authenticationOf } from '@drivewatch/config';
import { AUDIT_PATH } from '@drivewatch/contracts';
import type { ObjectStore } from '@drivewatch/object-store';
import type { JsonLogger } from '@drivewatch/server';
import { refuseNewerSchema } from '@drivewatch/persistence';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AccessRefreshService } from './access/access-refresh.service';
import { AllowedHosts } from './access/allowed-hosts';
import { secureApi } from './access/secure-api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppModule } from './app.module';
import { GuardedIoAdapter } from './gateway/guarded-io.adapter';
import { refuseOtherMethods } from './http/allowed-methods';
import { servePublicBucket } from './public-files/bucket/public-bucket';
import { apiServers } from './http/connections/api-servers';
import { connectionLimits } from './http/connections/connection-limits';
import { Connections } from './http/connections/connections';
import { descriptorLimit } from './http/connections/descriptor-limit';
import { serveDashboard } from './public-files/dashboard-files';
import { ConnectionMetrics } from './health/connection-metrics';
import { serveJobBoard } from './health/job-board';
import { PUBLIC_STORE } from './public-files/public-store';
import { serveInterfaceDocs } from './interface-docs/serve-interface-docs';
import { RecordQueueService } from './ingestion/record-queue.service';
import { RecordRoute } from './ingestion/record-route';
import { ArrivingBodies } from './http/arriving-body';
import { cutSlowSenders } from './http/slow-senders';
import { ProblemFilter } from './http/problem.filter';
import { requestId } from './http/request-id';
import { refuseUnreadableAddress, refuseUnreadableRequest } from './http/unreadable-requests';

/** The limit for all routes except that of the records, which has limits of its own. */
const BODY_LIMIT_BYTES = 64 * 1024;
/** A Redis that is up is connected long before this; without the wait, the first records of a new API would get 503. */
const REDIS_LIMIT_MS = 2_000;
/** The same for PostgreSQL and the keys in it. */
const KEYS_LIMIT_MS = 2_000;
/** The addresses of controllers, of which Nest would answer other methods as if they did not exist. */
const READ_ONLY = ['/health/live', '/health/ready', '/metrics', AUDIT_PATH];

/** Leaves Fastify's errors as they are; NestJS would drop their codes, by which ProblemFilter recognises them. */
class ApiAdapter extends FastifyAdapter {
  override mapException(error: unknown): unknown {
    return error;
  }
}

/**
 * Starts the whole API and resolves once it listens.
 *
 * @param prepare passed only by tests: sees every route that is registered, and may add some
 * @throws when the port is taken or the dashboard is not built, and SchemaTooNewError; Redis and PostgreSQL may be away
 */
export async function startApi(
  config: ApiConfig,
  logger: JsonLogger,
  prepare?: (server: FastifyInstance) => void,
): Promise<NestFastifyApplication> {
  await refuseNewerSchema(config.DATABASE_URL);
  const hosts = new AllowedHosts(config);
  const connections = new Connections(connectionLimits(config, descriptorLimit()), config.TRUST_PROXY);
  const arriving = new ArrivingBodies(connections.limits.perAddress);
  const adapter = new ApiAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    serverFactory: apiServers(connections, arriving),
    forceCloseConnections: 'idle',
    // While the API shuts down, requests that still arrive on an open connection are answered as always, and then the
    // connection is ended.
    return503OnClosing: false,
    genReqId: requestId,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      refuseUnreadableAddress(hosts.refusalOf(request.raw) ?? error, request, reply);
    },
    clientErrorHandler: refuseUnreadableRequest,
    ...(config.TRUST_PROXY.length > 0 && { trustProxy: config.TRUST_PROXY }),
    // There is no Express-style middleware here; without this, every request would pass through an empty chain of it.
    skipMiddie: true,
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.for(config), adapter, {
    // Fastify's own JSON parser refuses `__proto__`; the one that Nest would add does nothing more.
    bodyParser: false,
    logger,
    abortOnError: false,
  });
  const server = adapter.getInstance();
  server.removeContentTypeParser('text/plain');
  app.useGlobalFilters(new ProblemFilter());
  // This comes before the guard, because the guard's refusals, too, answer bodies that are still arriving.
  cutSlowSenders(server, arriving);
  secureApi(app, server, config, hosts);
  app.useWebSocketAdapter(new GuardedIoAdapter(app, hosts));
  prepare?.(server);
  app.get(ConnectionMetrics, { strict: false }).watch(connections);
  app.get(RecordRoute, { strict: false }).register(server);
  refuseOtherMethods(server, '/addData', ['POST']);
  for (const url of READ_ONLY) refuseOtherMethods(server, url, ['GET', 'HEAD']);
  servePublicBucket(server, app.get<ObjectStore>(PUBLIC_STORE, { strict: false }));
  serveJobBoard(app, server);
  serveInterfaceDocs(server);
  serveDashboard(server, config.DASHBOARD_DIR, {
    cdnUrl: config.CDN_URL,
    asksForSignIn: authenticationOf(config) === 'on',
  });
  await app.init();
  await app.get(RecordQueueService, { strict: false }).waitUntilReady(REDIS_LIMIT_MS);
  await app.get(AccessRefreshService, { strict: false }).waitUntilLoaded(KEYS_LIMIT_MS);
  await app.listen(config.PORT, config.HOST);
  return app;
}
