import type { ConsumerConfig } from '@drivewatch/config';
import { REDIS_PREFIX } from '@drivewatch/contracts';
import { connectRedis, workerConnection } from '@drivewatch/record-queue';
import { BullModule } from '@nestjs/bullmq';
import { Global, Inject, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { CONSUMER_CONFIG } from '../config.module';

/** The consumer's connection to Redis, which waits while Redis is away; BullMQ makes its blocking one from it. */
export const REDIS = Symbol('REDIS');

@Global()
@Module({
  imports: [
    BullModule.forRootAsync({
      inject: [REDIS],
      useFactory: (connection: Redis) => ({ connection, prefix: REDIS_PREFIX }),
    }),
  ],
  providers: [
    {
      provide: REDIS,
      inject: [CONSUMER_CONFIG],
      useFactory: (config: ConsumerConfig) =>
        connectRedis(workerConnection(config.REDIS_URL), new Logger('Redis')),
    },
  ],
  exports: [REDIS],
})
export class RedisModule implements OnApplicationShutdown {
  constructor(@Inject(REDIS) private readonly redis: Redis) {}

  onApplicationShutdown(): void {
    this.redis.disconnect();
  }
}
