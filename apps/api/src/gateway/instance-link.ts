import type { ApiConfig } from '@drivewatch/config';
import { createRedis, REDIS_PREFIX, type RedisClient, workerConnection } from '@drivewatch/redis';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { API_CONFIG } from '../config.module';

/** The stream and the channels share one hash tag, so that they are on one node of a cluster. */
const NAME = `${REDIS_PREFIX}:sockets`;
/** Messages between instances are small and soon read; this many are kept for an instance that was away. */
const MESSAGES_KEPT = 1_000;
const BLOCK_MS = 5_000;

/**
 * Keeps track of the connections that the adapter copies from one; otherwise it would leave them open for seconds at
 * the end.
 */
function withItsCopies(redis: RedisClient): RedisClient[] {
  const all = [redis];
  const duplicate = redis.duplicate.bind(redis) as () => RedisClient;
  Object.assign(redis, {
    duplicate: () => {
      const copy = duplicate();
      all.push(copy);
      return copy;
    },
  });
  return all;
}

/** Links the Socket.IO servers of all instances with each other (docs/adr/0012). */
@Injectable()
export class InstanceLink implements OnApplicationShutdown {
  private readonly connections: RedisClient[];
  readonly adapter: ReturnType<typeof createAdapter>;

  constructor(@Inject(API_CONFIG) config: Pick<ApiConfig, 'REDIS_URL'>) {
    // Unlike the connection that answers devices, this one waits while Redis is away.
    const redis = createRedis(workerConnection(config.REDIS_URL));
    // The connection that everything else uses already logs that Redis is away.
    redis.on('error', () => undefined);
    this.connections = withItsCopies(redis);
    this.adapter = createAdapter(redis, {
      streamName: NAME,
      channelPrefix: NAME,
      sessionKeyPrefix: `${NAME}:session:`,
      maxLen: MESSAGES_KEPT,
      blockTimeInMs: BLOCK_MS,
    });
  }

  onApplicationShutdown(): void {
    for (const connection of this.connections) connection.disconnect();
  }
}
