import { type IncomingMessage, ServerResponse } from 'node:http';
import { type ApiConfig, authenticationOf } from '@drivewatch/config';
import { type Problem, PROBLEM_MEDIA_TYPE } from '@drivewatch/contracts';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { API_CONFIG } from '../config.module';
import { AccessError } from './access-error';
import { DashboardUsers } from './dashboard-users';
import { isAllowedOrigin } from './origin';
import { RequestLimits } from './request-limits';
import { type SignedIn, Sessions } from './sessions';

/** As Engine.IO calls it; with `false` the handshake is refused. */
type Decide = (message: string | undefined, isAllowed: boolean) => void;

/** The part of a Socket.IO server that the guard needs. */
interface WatchedServer {
  on: (event: 'sessionEnded', listener: (sessionId: string) => void) => unknown;
  serverSideEmit: (event: 'sessionEnded', sessionId: string) => unknown;
  readonly sockets: {
    readonly sockets: ReadonlyMap<string, { request: IncomingMessage; disconnect: (close: true) => unknown }>;
  };
}

/** Decides who may open the live socket, and closes it when that ends. */
@Injectable()
export class SocketGuard {
  private readonly logger = new Logger(SocketGuard.name);
  private readonly isOn: boolean;
  /** Whose handshake it was; the socket keeps its request. */
  private readonly signedIn = new WeakMap<IncomingMessage, SignedIn>();
  private server: WatchedServer | undefined;

  constructor(
    private readonly sessions: Sessions,
    private readonly users: DashboardUsers,
    private readonly limits: RequestLimits,
    @Inject(API_CONFIG) private readonly config: ApiConfig,
  ) {
    this.isOn = authenticationOf(config) === 'on';
  }

  /** @param server whose sockets are watched from now on */
  watch(server: WatchedServer): void {
    this.server = server;
    server.on('sessionEnded', (sessionId) => {
      this.dropHere(sessionId);
    });
  }

  /**
   * For Engine.IO's `allowRequest`: every handshake, by WebSocket or polling. A browser lets any page open a WebSocket to
   * any server and sends the cookies along, so that the origin is checked also while everything is open.
   */
  readonly allowRequest = (request: IncomingMessage, decide: Decide): void => {
    this.check(request).then(
      () => {
        decide(undefined, true);
      },
      (error: unknown) => {
        if (!(error instanceof AccessError)) this.logger.error(error);
        const refusal =
          error instanceof AccessError ? error : AccessError.unavailable('The session cannot be checked');
        refuseHandshake(request, refusal);
        decide(refusal.problem.code, false);
      },
    );
  };

  /** Closes the sockets of sessions that have ended, here or on another instance. @throws while Redis is away */
  async dropEnded(): Promise<void> {
    const sessionIds = new Set<string>();
    for (const [, { sessionId }] of this.watched()) sessionIds.add(sessionId);
    const ended = await this.sessions.store.ended([...sessionIds]);
    for (const [socket, { sessionId, session }] of this.watched()) {
      if (ended.has(sessionId) || this.users.ofSession(session) === null) socket.disconnect(true);
    }
  }

  /** Closes the sockets of a session, at once and on every instance; one that does not hear of it does so a little later. */
  dropSession(sessionId: string): void {
    this.dropHere(sessionId);
    this.server?.serverSideEmit('sessionEnded', sessionId);
  }

  private dropHere(sessionId: string): void {
    for (const [socket, signedIn] of this.watched()) {
      if (signedIn.sessionId === sessionId) socket.disconnect(true);
    }
  }

  private watched() {
    return [...(this.server?.sockets.sockets.values() ?? [])].flatMap((socket) => {
      const signedIn = this.signedIn.get(socket.request);
      return signedIn === undefined ? [] : [[socket, signedIn] as const];
    });
  }

  private async check(request: IncomingMessage): Promise<void> {
    if (!isAllowedOrigin(request.headers, this.config.ALLOWED_ORIGINS))
      throw AccessError.forbidden(
        'Pages of this origin may not listen; ALLOWED_ORIGINS names those that may',
      );
    if (!this.isOn) return;
    await this.limits.takeAddress(request.socket.remoteAddress ?? '');
    const signedIn = await this.sessions.read(request.headers);
    if (signedIn === null) throw AccessError.unauthorized('Nobody is signed in; sign in at /sign-in');
    this.signedIn.set(request, signedIn);
  }
}

/** Answers with the problem's own status; Engine.IO would say 400 or 403 whatever it is. */
export function refuseHandshake(request: IncomingMessage, { problem: told, headers }: AccessError): void {
  const problem: Problem = { type: 'about:blank', ...told };
  const body = JSON.stringify(problem);
  const fields = { ...headers, 'Content-Type': PROBLEM_MEDIA_TYPE, Connection: 'close' };
  const { res } = request as IncomingMessage & { res?: unknown };
  if (res instanceof ServerResponse) {
    res.writeHead(problem.status, fields).end(body);
    return;
  }
  const lines = Object.entries({ ...fields, 'Content-Length': Buffer.byteLength(body) });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  request.socket.end(`HTTP/1.1 ${problem.status} ${problem.title}\r\n${head}\r\n${body}`);
}
