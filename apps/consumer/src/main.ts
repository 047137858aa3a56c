import 'reflect-metadata';
import { constants, setPriority } from 'node:os';
import { consumerEnvSchema, parseEnv } from '@drivewatch/config';
import { Logger } from '@nestjs/common';
import { startConsumer } from './consumer';

const logger = new Logger('Drivewatch');
// Where both share a machine, taking records in and telling pages of them goes before storing them.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
try {
  await startConsumer(parseEnv(consumerEnvSchema));
  logger.log('Consumer waits for jobs');
} catch (error) {
  logger.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
