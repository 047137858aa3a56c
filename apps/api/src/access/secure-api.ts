import { type ApiConfig, sendsCookiesSecurely } from '@drivewatch/config';
import fastifyHelmet from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { securityHeaders } from '../http/security-headers';
import { AccessGuard } from './access-guard';
import { GuardedIoAdapter } from './guarded-io.adapter';
import { serveSession } from './session-routes';
import { Sessions } from './sessions';
import { SignInService } from './sign-in.service';
import { SocketGuard } from './socket-guard';

/**
 * Puts headers, guard and sign-in before everything that the API serves. To be called first: a plugin that is registered
 * earlier and has a scope of its own would not be guarded (a test walks every route).
 */
export function secureApi(app: NestFastifyApplication, server: FastifyInstance, config: ApiConfig): void {
  const find = <T>(type: new (...args: never[]) => T): T => app.get<T>(type, { strict: false });
  // Not awaited: that would start Fastify.
  void server.register(fastifyHelmet, securityHeaders(config.CDN_URL, sendsCookiesSecurely(config)));
  const guard = find(AccessGuard);
  // After the headers, so that refusals have them too.
  void server.after(() => {
    server.addHook('onRequest', guard.onRequest);
  });
  serveSession(server, {
    config,
    sessions: find(Sessions),
    signIn: find(SignInService),
    sockets: find(SocketGuard),
  });
  app.useWebSocketAdapter(new GuardedIoAdapter(app));
}
