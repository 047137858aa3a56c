import type { ConsumerConfig } from '@drivewatch/config';
import { type JsonLogger, stopInOrder } from '@drivewatch/server';
import { refuseNewerSchema } from '@drivewatch/persistence';
import { NestFactory } from '@nestjs/core';
import { ConsumerModule } from './consumer.module';

/**
 * Starts a consumer. Redis and PostgreSQL may be away; jobs are stored when both are up. It ends on SIGTERM, once the
 * jobs under way are stored.
 *
 * @throws SchemaTooNewError
 */
export async function startConsumer(config: ConsumerConfig, logger: JsonLogger): Promise<void> {
  await refuseNewerSchema(config.DATABASE_URL);
  const app = await NestFactory.createApplicationContext(ConsumerModule.for(config), {
    logger,
    abortOnError: false,
  });
  stopInOrder(() => app.close(), logger);
}
