import { type ApiConfig, authenticationOf } from '@drivewatch/config';
import { SESSION_PATH, type SessionState, signInSchema } from '@drivewatch/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AuditLog } from '../audit/audit-log';
import { refuseOtherMethods } from '../http/allowed-methods';
import { sendProblem } from '../http/problem.filter';
import { ProblemError } from '../http/problem-error';
import { forbidden, secureConnectionRequired } from './access-errors';
import { isAllowedOrigin } from './origin';
import type { Sessions } from './sessions';
import type { SignInService } from './sign-in.service';
import type { SocketGuard } from './socket-guard';

/** The body holds only a name and a password. */
const BODY_LIMIT_BYTES = 8 * 1024;

export interface SessionRoutesOptions {
  readonly config: ApiConfig;
  readonly sessions: Sessions;
  readonly signIn: SignInService;
  readonly sockets: SocketGuard;
  readonly audit: AuditLog;
}

/**
 * Serves `/api/session`, in a scope of its own:
 * - `GET`: whether authentication is on, and who is signed in (`SessionState`).
 * - `POST` `{"name","password"}`: signs in. 204 with the cookie; 401 `SIGN_IN_FAILED`; 429 after too many failures.
 * - `DELETE`: signs out. 204, whether or not somebody was signed in.
 */
export function serveSession(server: FastifyInstance, options: SessionRoutesOptions): void {
  void server.register(async (scope) => {
    const { config, sessions } = options;
    const isOn = authenticationOf(config) === 'on';
    scope.setErrorHandler((error, request, reply) => {
      sendProblem(error, request, reply);
    });
    // Whatever content types the server reads elsewhere, here the body is a small JSON object.
    scope.removeAllContentTypeParsers();
    const parseJson = scope.getDefaultJsonParser('error', 'error');
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'string', bodyLimit: BODY_LIMIT_BYTES },
      parseJson,
    );
    await sessions.register(scope);
    const access = { access: 'public' as const };
    scope.get(SESSION_PATH, { config: access }, async (request, reply) => {
      const signedIn = isOn ? await sessions.read(request.headers) : null;
      const user = signedIn && { name: signedIn.user.name, role: signedIn.user.role };
      void reply.header('Cache-Control', 'no-store');
      return { authentication: isOn ? 'on' : 'off', user } satisfies SessionState;
    });
    if (isOn) {
      scope.post(SESSION_PATH, { config: access }, (request, reply) => signIn(options, request, reply));
      scope.delete(SESSION_PATH, { config: access }, (request, reply) => signOut(options, request, reply));
    }
    refuseOtherMethods(scope, SESSION_PATH, ['GET', 'HEAD', ...(isOn ? ['POST', 'DELETE'] : [])]);
  });
}

async function signIn(
  { config, sessions, signIn: service, audit }: SessionRoutesOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  requireOwnOrigin(request, config);
  if (sessions.isSecure && request.protocol !== 'https') throw secureConnectionRequired();
  const body = signInSchema.safeParse(request.body);
  if (!body.success) {
    const [issue] = body.error.issues;
    const field = issue?.path.join('.');
    throw new ProblemError(
      'BAD_REQUEST',
      `${field ? `"${field}"` : 'The body'} is wrong (${issue?.message ?? ''}); allowed: {"name": text, "password": text}`,
    );
  }
  const user = await service.check(body.data, request.ip);
  // The session gets a new id, so that nobody else can know it from before.
  await request.session.regenerate();
  request.session.userId = user.id;
  request.session.sessionVersion = user.sessionVersion;
  audit.note({
    kind: 'sign-in.succeeded',
    actor: user.name,
    address: request.ip,
    detail: { role: user.role },
  });
  return reply.status(204).send();
}

async function signOut(
  { config, sessions, sockets, audit }: SessionRoutesOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  requireOwnOrigin(request, config);
  const { sessionId } = request.session;
  const user = sessions.userOf(request.session);
  await request.session.destroy();
  if (user !== null) audit.note({ kind: 'session.signed-out', actor: user.name, address: request.ip });
  sockets.dropSession(sessionId);
  return reply
    .clearCookie(sessions.cookieName, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: sessions.isSecure,
    })
    .status(204)
    .send();
}

/** @throws ProblemError 403 when another site's page asks */
function requireOwnOrigin({ headers }: FastifyRequest, { ALLOWED_ORIGINS }: ApiConfig): void {
  if (!isAllowedOrigin(headers, ALLOWED_ORIGINS)) throw forbidden('Pages of this origin may not do that');
}
