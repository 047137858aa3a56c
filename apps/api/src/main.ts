import 'reflect-metadata';
import { apiEnvSchema, misspeltSettings, parseEnv } from '@drivewatch/config';
import { createLogger, logForeignOutput, stopInOrder } from '@drivewatch/server';
import { startApi } from './api';
import { endConnections } from './end-connections';

let logger = createLogger({ app: 'api' });
logForeignOutput(logger);
try {
  const config = parseEnv(apiEnvSchema);
  logger = createLogger({ app: 'api', level: config.LOG_LEVEL });
  logForeignOutput(logger);
  for (const warning of misspeltSettings()) logger.warn(warning, 'Drivewatch');
  const app = await startApi(config, logger);
  stopInOrder(async () => {
    await endConnections(app);
    await app.close();
  }, logger);
  logger.log(`API listens on ${await app.getUrl()}`, 'Drivewatch');
} catch (error) {
  logger.error(error instanceof Error ? error.message : String(error), 'Drivewatch');
  process.exit(1);
}
