import { MetricsPublisher } from '@drivewatch/server';
import { REDIS, type RedisClient } from '@drivewatch/redis';
import { type BeforeApplicationShutdown, Global, Module, type OnApplicationBootstrap } from '@nestjs/common';

/** The metrics of this consumer, published for the API to show. */
@Global()
@Module({
  providers: [
    {
      provide: MetricsPublisher,
      inject: [REDIS],
      useFactory: (redis: RedisClient) => new MetricsPublisher(redis, 'consumer'),
    },
  ],
  exports: [MetricsPublisher],
})
export class MetricsModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly publisher: MetricsPublisher) {}

  onApplicationBootstrap(): void {
    this.publisher.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.publisher.stop();
  }
}
