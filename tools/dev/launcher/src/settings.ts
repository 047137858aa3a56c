import { apiEnvSchema, consumerEnvSchema, hasSecrets, SECRETS_REQUIRED, settings } from '@drivewatch/config';
import * as z from 'zod';

/** The environment of `npm run migrate`. */
export const launcherMigrateEnvSchema = z.object({ ...settings.optionalDatabase, ...settings.dataDir });

/**
 * The environment of the launcher (`npm start`) and of everything that it starts, so that nothing is created, changed
 * or started while any of it is wrong.
 */
export const launcherEnvSchema = z
  .object({
    ...apiEnvSchema.shape,
    ...consumerEnvSchema.shape,
    ...settings.spark,
    ...settings.device,
    ...settings.optionalDatabase,
    ...settings.optionalRedis,
  })
  .refine(hasSecrets, SECRETS_REQUIRED);
export type LauncherConfig = Readonly<z.output<typeof launcherEnvSchema>>;
