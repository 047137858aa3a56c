import { type ApiConfig } from '@drivewatch/config';
import { REDIS_PREFIX } from '@drivewatch/contracts';
import { connectRedis, producerConnection } from '@drivewatch/record-queue';
import { BullModule } from '@nestjs/bullmq';
import { Global, Inject, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { API_CONFIG } from '../config.module';

/** The API's one connection to Redis, which fails fast while Redis is away. */
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
      inject: [API_CONFIG],
      useFactory: (config: ApiConfig) =>
        connectRedis(producerConnection(config.REDIS_URL), new Logger('Redis')),
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
