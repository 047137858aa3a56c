import type { DefaultJobOptions } from 'bullmq';
import type { RedisOptions } from 'ioredis';

/** The longest a producer waits for one answer of Redis. With it, a request is answered within a second. */
const PRODUCER_TIMEOUT_MS = 700;

/** Quick to come back after an outage, gentle while it lasts. */
const retryStrategy = (attempt: number): number => Math.min(50 * attempt, 500);

/** `redis://` and `rediss://` URLs as ioredis options, with the user, password and database that they name. */
function fromUrl(url: string): RedisOptions {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 6379),
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(pathname.length > 1 && { db: Number(pathname.slice(1)) }),
    ...(protocol === 'rediss:' && { tls: {} }),
  };
}

/**
 * For the side that answers devices: fails at once while Redis is away, never waits in a queue of its own, and never
 * sends a command again whose answer was lost, since the device was told that it was not accepted.
 */
export const producerConnection = (url: string): RedisOptions => ({
  ...fromUrl(url),
  retryStrategy,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  commandTimeout: PRODUCER_TIMEOUT_MS,
  connectTimeout: 2_000,
});

/** For workers, which have all the time in the world: commands wait until Redis is back. */
export const workerConnection = (url: string): RedisOptions => ({
  ...fromUrl(url),
  retryStrategy,
  maxRetriesPerRequest: null,
  connectTimeout: 2_000,
});

/** Stored jobs are of no further use; a job that can never succeed is kept until somebody has looked at it. */
export const RECORD_JOB_OPTIONS: DefaultJobOptions = { removeOnComplete: true, removeOnFail: false };
