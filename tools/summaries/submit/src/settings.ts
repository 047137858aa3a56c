import { settings } from '@drivewatch/config';
import * as z from 'zod';

/** The environment of `nx run summaries:spark-submit`. */
export const sparkSubmitEnvSchema = z.object({
  ...settings.fleetTimeZone,
  ...settings.privateBucket,
  ...settings.publicBucket,
  ...settings.s3,
  ...settings.spark,
});
export type SparkSubmitConfig = Readonly<z.output<typeof sparkSubmitEnvSchema>>;
