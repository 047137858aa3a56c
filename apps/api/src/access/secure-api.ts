import { type ApiConfig, sendsCookiesSecurely } from '@drivewatch/config';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AuditLog } from '../audit/audit-log';
import { nothingAt } from '../http/problem-error';
import { DEVICE_HEADERS, securityHeaders } from '../http/security-headers';
import { sendProblem } from '../http/problem.filter';
import { AccessGuard } from './access-guard';
import type { AllowedHosts } from './allowed-hosts';
import { serveSession } from './session-routes';
import { Sessions } from './sessions';
import { SignInService } from './sign-in.service';
import { SocketGuard } from './socket-guard';

/**
 * Puts headers, guard and sign-in in front of everything that the API serves. It must be called first: a plugin that is
 * registered earlier and has a scope of its own would not be guarded (a test walks every route).
 *
 * @param hosts the hosts that are answered for; requests for any other host get nothing but the refusal
 */
export function secureApi(
  app: NestFastifyApplication,
  server: FastifyInstance,
  config: ApiConfig,
  hosts: AllowedHosts,
): void {
  const find = <T>(type: new (...args: never[]) => T): T => app.get<T>(type, { strict: false });
  const headers = securityHeaders(config.CDN_URL, sendsCookiesSecurely(config));
  const guard = find(AccessGuard);
  server.addHook('onRequest', (request, reply, done) => {
    // The headers come before the guard, so that refusals have them too.
    void reply.headers(request.routeOptions.config.access === 'device' ? DEVICE_HEADERS : headers);
    const refusal = hosts.refusalOf(request.raw);
    if (refusal === null) guard.onRequest(request, reply, inviting(request, reply, done));
    else sendProblem(refusal, request, reply);
  });
  serveSession(server, {
    config,
    sessions: find(Sessions),
    signIn: find(SignInService),
    sockets: find(SocketGuard),
    audit: find(AuditLog),
  });
}

/** Makes what comes after the guard also tell a client that waits with its body to send it, if anybody will read it. */
function inviting(request: FastifyRequest, reply: FastifyReply, done: () => void): () => void {
  const { arrivingBody } = request;
  if (arrivingBody?.isAwaited !== true) return done;
  return () => {
    if (request.is404) {
      // Fastify would read the body first.
      const [path = ''] = request.url.split('?');
      sendProblem(nothingAt(path), request, reply);
      return;
    }
    if (isReadByFastify(request)) arrivingBody.invite();
    done();
  };
}

/** Tells whether Fastify will read the body: it refuses a wrong type or length without that, and a route may read it. */
function isReadByFastify({ routeOptions, headers, server }: FastifyRequest): boolean {
  const { access, readsNoBody } = routeOptions.config;
  if (access === 'device' || readsNoBody === true) return false;
  const { 'content-type': type = '', 'content-length': length = 0 } = headers;
  const [mediaType = ''] = type.split(';');
  return (
    Number(length) <= routeOptions.bodyLimit && server.hasContentTypeParser(mediaType.trim().toLowerCase())
  );
}
