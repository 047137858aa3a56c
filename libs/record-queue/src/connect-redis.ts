import { Redis, type RedisOptions } from 'ioredis';

/** The two lines an outage is worth. NestJS's `Logger` fits. */
export interface OutageLog {
  error: (message: string) => void;
  log: (message: string) => void;
}

/**
 * A client that connects, and connects again, by itself. It says once that Redis went away and once that it is back,
 * however often it has tried in between.
 *
 * @param options `producerConnection` or `workerConnection`
 */
export function connectRedis(options: RedisOptions, log: OutageLog): Redis {
  const redis = new Redis(options);
  let away = false;
  redis.on('error', (error: Error) => {
    if (!away) log.error(`Redis cannot be reached: ${error.message || error.name}`);
    away = true;
  });
  redis.on('ready', () => {
    if (away) log.log('Redis is back');
    away = false;
  });
  return redis;
}

/** Keeps a queue from printing every failed attempt to connect; `connectRedis` has said it already. */
export function silenceOutages<Q extends { on: (event: 'error', listener: () => void) => unknown }>(
  queue: Q,
): Q {
  queue.on('error', () => undefined);
  return queue;
}
