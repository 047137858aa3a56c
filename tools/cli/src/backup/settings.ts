import { settings } from '@drivewatch/config';
import * as z from 'zod';

/** The environment of `npm run backup` and `npm run restore`. */
export const backupEnvSchema = z.object({
  ...settings.optionalDatabase,
  ...settings.optionalRedis,
  ...settings.fleetTimeZone,
  ...settings.privateBucket,
  ...settings.publicBucket,
  ...settings.s3,
  /** The folder where the user called npm, which runs its scripts elsewhere. */
  INIT_CWD: z.string().optional(),
});
export type BackupConfig = Readonly<z.output<typeof backupEnvSchema>>;
