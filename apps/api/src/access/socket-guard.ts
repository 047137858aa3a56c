import { type IncomingMessage, ServerResponse } from 'node:http';
import { type ApiConfig, authenticationOf } from '@drivewatch/config';
import { shown } from '@drivewatch/contracts';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { API_CONFIG } from '../config.module';
import { LAST_ANSWER, ProblemError } from '../http/problem-error';
import { answerWithProblem, closeWithProblem } from '../http/raw-answer';
import { accessUnavailable, forbidden } from './access-errors';
import { type ClientAddress, clientAddressOf } from './client-address';
import { DashboardUsers } from './dashboard-users';
import { DeviceKeyRing } from './device-key-ring';
import type { LiveConnection } from './live-connection';
import { type FarewellSocket, LiveConnections } from './live-connections';
import { LiveListeners, nobody } from './live-listeners';
import { isAllowedOrigin } from './origin';
import { networkOf } from '../http/network';
import { RequestLimits } from './request-limits';
import { Sessions } from './sessions';

/** The version of the protocol below Socket.IO's. */
const ENGINE_VERSION = '4';

/** The callback of Engine.IO; `false` refuses the handshake. */
type Decide = (message: string | undefined, isAllowed: boolean) => void;

/** The part of a Socket.IO server that the guard needs. */
interface WatchedServer {
  on: (event: 'sessionEnded', listener: (sessionId: string) => void) => unknown;
  serverSideEmit: (event: 'sessionEnded', sessionId: string) => unknown;
  readonly engine: { on: (event: 'connection', listener: (connection: LiveConnection) => void) => unknown };
}

/** Decides who may open the live socket, and closes it when that permission ends. */
@Injectable()
export class SocketGuard {
  private readonly logger = new Logger(SocketGuard.name);
  private readonly isOn: boolean;
  private readonly addressOf: ClientAddress;
  private server: WatchedServer | undefined;

  constructor(
    private readonly sessions: Sessions,
    private readonly users: DashboardUsers,
    private readonly keys: DeviceKeyRing,
    private readonly listeners: LiveListeners,
    private readonly limits: RequestLimits,
    private readonly connections: LiveConnections,
    @Inject(API_CONFIG) private readonly config: ApiConfig,
  ) {
    this.isOn = authenticationOf(config) === 'on';
    this.addressOf = clientAddressOf(config.TRUST_PROXY);
  }

  /** @param server the server whose connections are watched from now on */
  watch(server: WatchedServer): void {
    this.server = server;
    server.engine.on('connection', (connection) => {
      this.connections.add(connection);
    });
    server.on('sessionEnded', (sessionId) => {
      this.dropHere(sessionId);
    });
  }

  /**
   * Serves as Engine.IO's `allowRequest`, which sees every handshake, by WebSocket or polling. A browser lets any page
   * open a WebSocket to any server and sends the cookies along, so the origin is checked even while everything is open.
   */
  readonly allowRequest = (request: IncomingMessage, decide: Decide): void => {
    this.check(request).then(
      () => {
        decide(undefined, true);
      },
      (error: unknown) => {
        const refusal = this.refusalOf(error);
        refuseHandshake(request, refusal);
        decide(refusal.code, false);
      },
    );
  };

  /**
   * Serves as Socket.IO's `use`, which sees every socket that a connection opens. The session may have ended since the
   * handshake, and a connection may have only one socket, because each is sent the whole picture.
   */
  readonly onConnect = (socket: FarewellSocket, next: (error?: Error) => void): void => {
    this.checkSocket(socket).then(
      () => {
        next();
      },
      (error: unknown) => {
        const { problem } = this.refusalOf(error);
        next(Object.assign(new Error(problem.code), { data: problem }));
        // Socket.IO tells the client on the next tick.
        setImmediate(() => socket.conn.close());
      },
    );
  };

  /**
   * Closes the connections of keys that have ended, and of sessions that have ended, here or on another instance.
   *
   * @throws while Redis is away; only sessions need it
   */
  async dropEnded(): Promise<void> {
    const nowMs = Date.now();
    this.connections.closeWhere(
      ({ liveKey }) => liveKey !== null && this.keys.endOf(liveKey, nowMs) !== null,
    );
    const sessionIds = new Set(this.connections.sessions().map(({ sessionId }) => sessionId));
    const ended = await this.sessions.store.ended([...sessionIds]);
    this.connections.closeWhere(
      ({ signedIn }) =>
        signedIn !== null &&
        (ended.has(signedIn.sessionId) || this.users.ofSession(signedIn.session) === null),
    );
  }

  /**
   * Closes everything that a session has open, here at once and on every instance; an instance that misses the message
   * does so a little later.
   */
  dropSession(sessionId: string): void {
    this.dropHere(sessionId);
    this.server?.serverSideEmit('sessionEnded', sessionId);
  }

  private dropHere(ended: string): void {
    this.connections.closeWhere(({ signedIn }) => signedIn?.sessionId === ended);
  }

  private async check(request: IncomingMessage): Promise<void> {
    refuseOtherVersions(request);
    if (!isAllowedOrigin(request.headers, this.config.ALLOWED_ORIGINS))
      throw forbidden('Pages of this origin may not listen; ALLOWED_ORIGINS names those that may');
    const address = this.addressOf(request);
    const listener = this.isOn ? await this.listeners.admit(request, address) : null;
    const holderId = listener?.signedIn?.sessionId ?? listener?.liveKey?.id ?? networkOf(address);
    await this.limits.takeHandshake(holderId);
    this.connections.noteHolder(request, { address, listener });
  }

  private async checkSocket(socket: FarewellSocket): Promise<void> {
    if (!this.connections.noteSocket(socket))
      throw forbidden('A connection carries one socket; open another connection');
    if (!this.isOn) return;
    const listener = this.connections.holderOf(socket.conn.request)?.listener;
    if (!listener) throw nobody();
    await this.listeners.recheck(listener);
  }

  private refusalOf(error: unknown): ProblemError {
    if (error instanceof ProblemError) return error;
    this.logger.error(error);
    return accessUnavailable('The session or key cannot be checked');
  }
}

/**
 * Refuses the clients of Socket.IO 2, and addresses without a version. Engine.IO would do so only once it has turned the
 * connection into a WebSocket, on which its answer cannot be read.
 */
function refuseOtherVersions({ url = '' }: IncomingMessage): void {
  const version = new URL(url, 'http://localhost').searchParams.get('EIO');
  if (version === ENGINE_VERSION) return;
  const said = version === null ? 'is missing' : `is ${shown(version)}`;
  const detail = `"EIO" in the address ${said}; allowed: ${ENGINE_VERSION}, which Socket.IO has spoken since its version 3`;
  throw new ProblemError('BAD_REQUEST', detail);
}

/** Answers with the problem's own status; Engine.IO would always say 400 or 403. */
export function refuseHandshake(request: IncomingMessage, { problem, headers }: ProblemError): void {
  const { res } = request as IncomingMessage & { res?: ServerResponse };
  if (res instanceof ServerResponse) {
    answerWithProblem({ problem, headers: { ...headers, ...LAST_ANSWER } }, request, res);
    return;
  }
  closeWithProblem(request.socket, { problem, headers });
}
