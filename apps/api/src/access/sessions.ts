import type { IncomingMessage } from 'node:http';
import { type ApiConfig, authenticationOf, sendsCookiesSecurely } from '@drivewatch/config';
import { REDIS, type RedisClient } from '@drivewatch/redis';
import fastifyCookie from '@fastify/cookie';
import fastifySession from '@fastify/session';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance, Session } from 'fastify';
import { API_CONFIG } from '../config.module';
import { accessUnavailable } from './access-errors';
import { type DashboardUser, DashboardUsers } from './dashboard-users';
import { RedisSessionStore, SESSION_MS } from './session-store';

declare module 'fastify' {
  interface Session {
    userId?: string;
    sessionVersion?: number;
  }
}

/** A valid session. */
export interface SignedIn {
  readonly sessionId: string;
  readonly user: DashboardUser;
  readonly session: Pick<Session, 'userId' | 'sessionVersion'>;
}

/** The sessions of signed-in people: a signed cookie, and what Redis holds under it. */
@Injectable()
export class Sessions {
  readonly store: RedisSessionStore;
  readonly isSecure: boolean;
  /** Browsers take a `__Host-` cookie from this host alone, so that no neighbouring domain can plant one. */
  readonly cookieName: string;
  private plugin: FastifyInstance | undefined;

  constructor(
    private readonly users: DashboardUsers,
    @Inject(API_CONFIG) private readonly config: ApiConfig,
    @Inject(REDIS) redis: RedisClient,
  ) {
    this.store = new RedisSessionStore(redis);
    this.isSecure = sendsCookiesSecurely(config);
    this.cookieName = this.isSecure ? '__Host-drivewatch-session' : 'drivewatch-session';
  }

  /**
   * Makes sessions available to one scope of Fastify: its requests have a `session` that is saved with the answer. The
   * plugin creates one for every request, which would cost a device's request more than everything else about it, so no
   * other scope gets it; {@link read} serves them.
   */
  async register(scope: FastifyInstance): Promise<void> {
    const { SESSION_SECRET } = this.config;
    if (authenticationOf(this.config) === 'off' || SESSION_SECRET === undefined) return;
    await scope.register(fastifyCookie);
    await scope.register(fastifySession, {
      secret: SESSION_SECRET,
      store: this.store,
      cookieName: this.cookieName,
      cookie: { path: '/', httpOnly: true, sameSite: 'strict', secure: this.isSecure, maxAge: SESSION_MS },
      saveUninitialized: false,
      rolling: false,
    });
    this.plugin = scope;
  }

  /** Returns the user whom a session belongs to, `null` if the session has ended. */
  userOf(session: Pick<Session, 'userId' | 'sessionVersion'>): DashboardUser | null {
    return this.users.ofSession(session);
  }

  /**
   * Returns who is signed in according to the cookie of any HTTP request.
   *
   * @throws ProblemError 503 while Redis or the users cannot be read
   */
  async read(headers: IncomingMessage['headers']): Promise<SignedIn | null> {
    const { plugin } = this;
    const cookie =
      headers.cookie === undefined ? undefined : plugin?.parseCookie(headers.cookie)[this.cookieName];
    if (plugin === undefined || !cookie) return null;
    if (!this.users.isLoaded) throw accessUnavailable('Users are not known yet');
    const holder: { session?: Session & { sessionId: string } } = {};
    await new Promise<void>((resolve, reject) => {
      plugin.decryptSession(cookie, holder, (error?: unknown) => {
        if (error instanceof Error) reject(error);
        else resolve();
      });
    });
    const user = holder.session === undefined ? null : this.users.ofSession(holder.session);
    if (user === null || holder.session === undefined) return null;
    const { sessionId, userId, sessionVersion } = holder.session;
    return {
      sessionId,
      user,
      session: { ...(userId && { userId }), ...(sessionVersion && { sessionVersion }) },
    };
  }
}
