import { REDIS_PREFIX } from '@drivewatch/contracts';
import { BullModule, type RegisterQueueOptions } from '@nestjs/bullmq';
import {
  type DynamicModule,
  Global,
  Inject,
  Logger,
  Module,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { connectRedis, type RedisClient } from './connect-redis';
import { QuietQueue } from './quiet-queue';
import type { RedisConnection } from './redis-connection';

/** The program's one connection to Redis; BullMQ uses it too, and makes the blocking ones of workers from it. */
export const REDIS = Symbol('REDIS');

/** Redis, and BullMQ on it, for a whole NestJS program. */
@Global()
@Module({})
export class RedisModule implements OnApplicationShutdown {
  /** @param connection `producerConnection` or `workerConnection` */
  static for(connection: RedisConnection): DynamicModule {
    const redis = { provide: REDIS, useFactory: () => connectRedis(connection, new Logger('Redis')) };
    const queues = BullModule.forRootAsync({
      inject: [REDIS],
      useFactory: (client: RedisClient) => ({
        connection: client,
        prefix: REDIS_PREFIX,
        // BullMQ asks for the version once; where that answer is late, its queues stay unusable. Workers, which wait for it as
        // long as it takes, say whether it is too old.
        skipVersionCheck: connection.isImpatient,
      }),
    });
    return { module: RedisModule, imports: [queues], providers: [redis], exports: [REDIS] };
  }

  /** For the module that uses these queues; it injects each with `@InjectQueue(name)`. */
  static queues(...queues: RegisterQueueOptions[]): DynamicModule {
    // Read by each `registerQueue`, and there is no other place to say it.
    BullModule.queueClass = QuietQueue;
    return BullModule.registerQueue(...queues);
  }

  constructor(@Inject(REDIS) private readonly redis: RedisClient) {}

  onApplicationShutdown(): void {
    this.redis.disconnect();
  }
}
