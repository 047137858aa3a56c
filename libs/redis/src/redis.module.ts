import { REDIS_PREFIX } from './keys';
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
import { DurabilityWatch } from './durability-watch';
import { QuietQueue } from './quiet-queue';
import type { DurabilityMode } from './redis-durability';
import type { RedisConnection } from './redis-connection';

/** The program's one connection to Redis. BullMQ uses it too, and makes the blocking connections of workers from it. */
export const REDIS = Symbol('REDIS');
const CLIENT = Symbol('CLIENT');

/** Redis, and BullMQ on it, for a whole NestJS program. */
@Global()
@Module({})
export class RedisModule implements OnApplicationShutdown {
  /**
   * Does not let the program start on a Redis that does not keep what it confirms; it does start while Redis is away.
   *
   * @param connection `producerConnection` or `workerConnection`
   */
  static for(connection: RedisConnection, mode: DurabilityMode): DynamicModule {
    const client = { provide: CLIENT, useFactory: () => connectRedis(connection, new Logger('Redis')) };
    const watch = {
      provide: DurabilityWatch,
      inject: [CLIENT],
      useFactory: async (connected: RedisClient) => {
        const started = new DurabilityWatch(connected, mode, new Logger('Redis'));
        await started.start();
        return started;
      },
    };
    // Nothing uses Redis before it has been checked.
    const redis = {
      provide: REDIS,
      inject: [CLIENT, DurabilityWatch],
      useFactory: (connected: RedisClient) => connected,
    };
    const queues = BullModule.forRootAsync({
      inject: [REDIS],
      useFactory: (connected: RedisClient) => ({
        connection: connected,
        prefix: REDIS_PREFIX,
        // BullMQ asks for the version once; when that answer is late, its queues stay unusable. Workers, which wait for
        // it as long as it takes, say if it is too old.
        skipVersionCheck: connection.isImpatient,
      }),
    });
    return {
      module: RedisModule,
      imports: [queues],
      providers: [client, watch, redis],
      exports: [REDIS, DurabilityWatch],
    };
  }

  /** Returns the module for those who use these queues; they inject each with `@InjectQueue(name)`. */
  static queues(...queues: RegisterQueueOptions[]): DynamicModule {
    // Each `registerQueue` reads this, and there is no other place to set it.
    BullModule.queueClass = QuietQueue;
    return BullModule.registerQueue(...queues);
  }

  constructor(
    @Inject(REDIS) private readonly redis: RedisClient,
    private readonly durability: DurabilityWatch,
  ) {}

  onApplicationShutdown(): void {
    this.durability.stop();
    this.redis.disconnect();
  }
}
