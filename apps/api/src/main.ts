import 'reflect-metadata';
import { apiEnvSchema, parseEnv } from '@drivewatch/config';
import { Logger } from '@nestjs/common';
import { startApi } from './api';

const logger = new Logger('Drivewatch');
try {
  const app = await startApi(parseEnv(apiEnvSchema));
  logger.log(`API listens on ${await app.getUrl()}`);
} catch (error) {
  logger.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
