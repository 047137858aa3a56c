/**
 * Brings the schema of DATABASE_URL up to date and ends: it runs before the apps start wherever there is no launcher.
 */
import 'reflect-metadata';
import { migrateEnvSchema, parseEnv } from '@drivewatch/config';
import { createLogger, logForeignOutput } from '@drivewatch/server';
import { migrate } from '@drivewatch/persistence';

const logger = createLogger({ app: 'migrate' });
logForeignOutput(logger);
try {
  await migrate(parseEnv(migrateEnvSchema).DATABASE_URL, (message) => {
    logger.warn(message, 'Drivewatch');
  });
  logger.log('The schema is up to date', 'Drivewatch');
} catch (error) {
  logger.error(error instanceof Error ? error.message : String(error), 'Drivewatch');
  process.exit(1);
}
