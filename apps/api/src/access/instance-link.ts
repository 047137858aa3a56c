import type { ApiConfig } from '@drivewatch/config';
import { REDIS_PREFIX } from '@drivewatch/contracts';
import { workerConnection } from '@drivewatch/record-queue';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { Redis } from 'ioredis';
import { API_CONFIG } from '../config.module';

/** Stream and channels; one hash tag, so that they are on one node of a cluster. */
const NAME = `${REDIS_PREFIX}:sockets`;
/** What instances tell each other is small and soon read; this is for one that was away. */
const MESSAGES_KEPT = 1_000;
const BLOCK_MS = 5_000;

/** Keeps track of the connections that the adapter makes from it, which it would leave open for seconds at the end. */
class SharedRedis extends Redis {
  private readonly copies: Redis[] = [];

  override duplicate(...options: Parameters<Redis['duplicate']>): Redis {
    const copy = super.duplicate(...options);
    this.copies.push(copy);
    return copy;
  }

  disconnectAll(): void {
    for (const redis of [this, ...this.copies]) redis.disconnect();
  }
}

/** By which the Socket.IO servers of all instances hear each other (docs/adr/0012). */
@Injectable()
export class InstanceLink implements OnApplicationShutdown {
  private readonly redis: SharedRedis;
  readonly adapter: ReturnType<typeof createAdapter>;

  constructor(@Inject(API_CONFIG) config: Pick<ApiConfig, 'REDIS_URL'>) {
    // It waits while Redis is away, unlike the connection that answers devices.
    this.redis = new SharedRedis(workerConnection(config.REDIS_URL));
    // That Redis is away is said by the connection that all else uses.
    this.redis.on('error', () => undefined);
    this.adapter = createAdapter(this.redis, {
      streamName: NAME,
      channelPrefix: NAME,
      sessionKeyPrefix: `${NAME}:session:`,
      maxLen: MESSAGES_KEPT,
      blockTimeInMs: BLOCK_MS,
    });
  }

  onApplicationShutdown(): void {
    this.redis.disconnectAll();
  }
}
