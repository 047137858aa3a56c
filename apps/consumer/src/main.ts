import 'reflect-metadata';
import { consumerEnvSchema, parseEnv } from '@drivewatch/config';
import { Logger } from '@nestjs/common';
import { startConsumer } from './consumer';

const logger = new Logger('Drivewatch');
try {
  await startConsumer(parseEnv(consumerEnvSchema));
  logger.log('Consumer waits for jobs');
} catch (error) {
  logger.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
