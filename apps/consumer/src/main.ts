import 'reflect-metadata';
import { constants, setPriority } from 'node:os';
import { consumerEnvSchema, misspeltSettings, parseEnv } from '@drivewatch/config';
import { createLogger, logForeignOutput } from '@drivewatch/server';
import { startConsumer } from './consumer';

let logger = createLogger({ app: 'consumer' });
logForeignOutput(logger);
// If both share a machine, taking records in and telling pages of them has priority over storing them.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
try {
  const config = parseEnv(consumerEnvSchema);
  logger = createLogger({ app: 'consumer', level: config.LOG_LEVEL });
  logForeignOutput(logger);
  for (const warning of misspeltSettings()) logger.warn(warning, 'Drivewatch');
  await startConsumer(config, logger);
  logger.log('Consumer waits for jobs', 'Drivewatch');
} catch (error) {
  logger.error(error instanceof Error ? error.message : String(error), 'Drivewatch');
  process.exit(1);
}
