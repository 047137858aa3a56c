/**
 * The parts that environments are made of; each variable is defined once. A tool puts its schema together from those that
 * it needs, as in `z.object({ ...settings.database })`. The settings of Spark and of tests, which no app reads, are here
 * as well because {@link misspeltSettings} must know every name, and no library imports a tool.
 */
import * as z from 'zod';
import { dataDir, privateBucket, publicBucket, s3 } from './object-storage';
import { intervalMs, timeZone } from './times';

export { dataDir, privateBucket, publicBucket, s3 };

const POSTGRES_URL = 'a postgresql:// URL';
const REDIS_URL = 'a redis:// or rediss:// URL, or of a cluster a redis+cluster:// or rediss+cluster:// URL';
/** Makes a message that tells a missing variable from a wrong one. */
const mustBe =
  (what: string) =>
  ({ input }: { input?: unknown }): string =>
    input === undefined ? `is required: ${what}` : `must be ${what}`;
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: mustBe(POSTGRES_URL) });
const redisUrl = z.url({ protocol: /^rediss?(?:\+cluster)?$/, error: mustBe(REDIS_URL) });

/** The PostgreSQL of programs that cannot run without being told of one. */
export const database = { DATABASE_URL: postgresUrl };
/** If set, this PostgreSQL is used instead of the launcher's own. */
export const optionalDatabase = { DATABASE_URL: postgresUrl.optional() };
/** The Redis of programs that cannot run without being told of one. */
export const redis = { REDIS_URL: redisUrl };
/** If set, this Redis is used instead of the launcher's own. */
export const optionalRedis = { REDIS_URL: redisUrl.optional() };

export const fleetTimeZone = {
  /** The time zone in which the fleet's days begin and its detail-record files are written. */
  FLEET_TIME_ZONE: timeZone,
};

export const dashboard = {
  /** The folder of the built dashboard, relative to the working folder. */
  DASHBOARD_DIR: z.string().default('dist/apps/dashboard/browser'),
};

/** The settings of whatever archives records. */
export const archive = {
  ...fleetTimeZone,
  ...privateBucket,
  ...s3,
  /** Milliseconds between two runs of the archive; 0 turns it off. */
  ARCHIVE_EVERY: intervalMs('1h'),
};

/** The settings of Spark; the launcher checks them for the program of the summaries that it starts. */
export const spark = {
  /** The master as `spark-submit --master` takes it: `local[*]`, `spark://host:port`, `yarn`, `k8s://…`. */
  SPARK_MASTER: z.string().default('local[*]'),
  /** The path of an installed `spark-submit`; unset, Drivewatch installs PySpark below its data folder. */
  SPARK_SUBMIT: z.string().optional(),
  /**
   * The memory of a local Spark, as `spark-submit --driver-memory` takes it; on a cluster, Spark reads its own setting.
   */
  SPARK_DRIVER_MEMORY: z
    .string()
    .regex(/^[1-9]\d*[mg]$/i, 'must be a number with m or g, such as 4g')
    .default('2g'),
  /** The Python of an installed Spark, as Spark itself reads it. */
  PYSPARK_PYTHON: z.string().optional(),
  /** The region of S3, as the AWS SDK reads it. */
  AWS_REGION: z.string().optional(),
};

/** A key is printable and has no spaces, so that it fits in a header. */
const deviceKey = z.string().regex(/^[\x21-\x7e]+$/, 'must be printable ASCII characters without spaces');

/** The settings of programs that post records as devices do. */
export const device = {
  /** The key that is sent as `Authorization: Bearer`; unset sends none, for a Drivewatch that requires none. */
  DRIVEWATCH_KEY: deviceKey.optional(),
};

/** The folders that only tests read. */
export const testFolders = {
  /** The folder of real detail-record files; the tests on them run where it is set. */
  REAL_DATA_DIR: z.string().optional(),
  /** The folder of inputs that devices have really sent, for `nx run system-tests:cases`. */
  CASES_DIR: z.string().optional(),
};
