import { REDIS_PREFIX, type RedisClient } from '@drivewatch/redis';
import type { SessionStore } from '@fastify/session';
import type { Session } from 'fastify';
import type { ProblemError } from '../http/problem-error';
import { accessUnavailable } from './access-errors';

/** A session lasts this long from sign-in on, whether or not it is used. */
export const SESSION_MS = 12 * 3_600_000;

/** How many ended sessions are remembered: the cookie of one costs Redis a single look, however often it is shown. */
const REMEMBERED_ENDS = 10_000;

const keyOf = (sessionId: string): string => `${REDIS_PREFIX}:session:${sessionId}`;

/** Keeps sessions in Redis, for every instance of the API. */
export class RedisSessionStore implements SessionStore {
  /** Ids of sessions that Redis did not know; ids are random and never reused, so none of them comes back. */
  private readonly ends = new Set<string>();

  constructor(private readonly redis: RedisClient) {}

  get(sessionId: string, callback: (error: unknown, session?: Session | null) => void): void {
    if (this.ends.has(sessionId)) {
      callback(null, null);
      return;
    }
    this.redis.get(keyOf(sessionId)).then(
      (json) => {
        if (json === null) this.rememberEnd(sessionId);
        callback(null, json === null ? null : (JSON.parse(json) as Session));
      },
      (error: unknown) => callback(away(error)),
    );
  }

  set(sessionId: string, session: Session, callback: (error?: unknown) => void): void {
    const expiresAt = session.cookie.expires?.getTime() ?? Date.now() + SESSION_MS;
    this.redis.set(keyOf(sessionId), JSON.stringify(session), 'PXAT', expiresAt).then(
      () => callback(),
      (error: unknown) => callback(away(error)),
    );
  }

  destroy(sessionId: string, callback: (error?: unknown) => void): void {
    this.redis.del(keyOf(sessionId)).then(
      () => callback(),
      (error: unknown) => callback(away(error)),
    );
  }

  private rememberEnd(sessionId: string): void {
    const [oldest] = this.ends;
    if (oldest !== undefined && this.ends.size >= REMEMBERED_ENDS) this.ends.delete(oldest);
    this.ends.add(sessionId);
  }

  /** @returns those of the sessions that have ended @throws ProblemError 503 while Redis is away */
  async ended(sessionIds: readonly string[]): Promise<Set<string>> {
    if (sessionIds.length === 0) return new Set();
    const found = await this.redis.mget(sessionIds.map(keyOf)).catch((error: unknown) => {
      throw away(error);
    });
    return new Set(sessionIds.filter((_, index) => found[index] === null));
  }
}

const away = (cause: unknown): ProblemError => accessUnavailable('Sessions cannot be read now', cause);
