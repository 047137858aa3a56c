import type { ConsumerConfig } from '@drivewatch/config';
import { ConsoleLogger, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConsumerModule } from './consumer.module';

/** A running consumer; Redis and PostgreSQL may be away, and jobs are stored when both are there. */
export async function startConsumer(config: ConsumerConfig): Promise<INestApplicationContext> {
  const app = await NestFactory.createApplicationContext(ConsumerModule.for(config), {
    logger: new ConsoleLogger({ json: true }),
    abortOnError: false,
  });
  app.enableShutdownHooks([], { useProcessExit: true });
  return app;
}
