import type { RedisClient } from '@drivewatch/record-queue';
import { REDIS_PREFIX } from '@drivewatch/contracts';
import type { SessionStore } from '@fastify/session';
import type { Session } from 'fastify';
import { AccessError } from './access-error';

/** From sign-in on, whatever is done meanwhile. */
export const SESSION_MS = 12 * 3_600_000;

const keyOf = (sessionId: string): string => `${REDIS_PREFIX}:session:${sessionId}`;

/** Keeps sessions in Redis, for every instance of the API. */
export class RedisSessionStore implements SessionStore {
  constructor(private readonly redis: RedisClient) {}

  get(sessionId: string, callback: (error: unknown, session?: Session | null) => void): void {
    this.redis.get(keyOf(sessionId)).then(
      (json) => callback(null, json === null ? null : (JSON.parse(json) as Session)),
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

  /** @returns those of the sessions that are no more @throws while Redis is away */
  async ended(sessionIds: readonly string[]): Promise<Set<string>> {
    if (sessionIds.length === 0) return new Set();
    const found = await this.redis.mget(sessionIds.map(keyOf));
    return new Set(sessionIds.filter((_, index) => found[index] === null));
  }
}

const away = (cause: unknown): AccessError =>
  Object.assign(AccessError.unavailable('Sessions cannot be read now'), { cause });
