import * as z from 'zod';
import { ingestionLimits } from './ingestion';
import { access, hasSecrets, SECRETS_REQUIRED } from './access';
import { misspeltNames } from './misspelt';
import { wholeNumber } from './numbers';
import { dataDir, privateBucket, publicBucket, s3 } from './object-storage';

const timeZone = z
  .string()
  .refine((zone) => {
    try {
      return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
    } catch {
      return false;
    }
  }, 'must be an IANA time zone name such as Asia/Shanghai')
  .default('UTC');

const INTERVAL_UNITS_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const interval = z
  .string()
  .regex(/^(?:off|[1-9]\d{0,4}[smhd])$/, 'must be a number with s, m, h or d, such as 15m or 1h, or off');
const intervalMs = (value: string): number =>
  value === 'off' ? 0 : Number(value.slice(0, -1)) * INTERVAL_UNITS_MS[value.at(-1) as 's' | 'm' | 'h' | 'd'];
const POSTGRES_URL = 'a postgresql:// URL';
const REDIS_URL = 'a redis:// or rediss:// URL, or of a cluster a redis+cluster:// or rediss+cluster:// URL';
/** Makes a message that tells a missing variable from a wrong one. */
const mustBe =
  (what: string) =>
  ({ input }: { input?: unknown }): string =>
    input === undefined ? `is required: ${what}` : `must be ${what}`;
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: mustBe(POSTGRES_URL) });
const redisUrl = z.url({ protocol: /^rediss?(?:\+cluster)?$/, error: mustBe(REDIS_URL) });
const oneOf = <const Names extends readonly [string, ...string[]]>(...names: Names) =>
  z.enum(names, { error: `must be one of ${names.join(', ')}` });

/** The settings that both servers have. */
const server = {
  /** Log lines below this level are not written. */
  LOG_LEVEL: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace').default('info'),
};
/** The setting of how it is known that Redis keeps what it confirms. */
const redisDurability = {
  /**
   * `vouched` means that the operator vouches for it where Redis does not tell or denies it, as with Amazon MemoryDB.
   */
  REDIS_DURABILITY: oneOf('checked', 'vouched').default('checked'),
};
const http = {
  /** The address on which the API listens; loopback unless told otherwise. */
  HOST: z.string().default('127.0.0.1'),
  /** 0 takes any free port. */
  PORT: wholeNumber(0, 65_535).default(8080),
};
/** Unset, these follow from how many descriptors the process may have (`connectionLimits` of the API). */
const connections = {
  /** How many connections the API has at a time; never more than half of its descriptors. */
  MAX_CONNECTIONS: wholeNumber(1, 1_000_000).optional(),
  /** How many connections one address has at a time, and requests under way a client that a trusted proxy names. */
  MAX_CONNECTIONS_PER_ADDRESS: wholeNumber(1, 1_000_000).optional(),
};
const live = {
  FLEET_TIME_ZONE: timeZone,
  TICK_SECONDS: wholeNumber(1, 3600).default(30),
};

const queueHealth = {
  /** The longest wait for an answer of Redis before a device is told to come again. */
  REDIS_TIMEOUT_MS: wholeNumber(100, 60_000).default(700),
  /** The longest wait for PostgreSQL to say whether ids were used; later findings come when the records are stored. */
  ID_LOOKUP_TIMEOUT_MS: wholeNumber(1, 60_000).default(250),
  /** The number of seconds without a finished job, while there are jobs, after which the API is not ready. */
  QUEUE_STALLED_SECONDS: wholeNumber(1, 86_400).default(30),
};
const jobLock = {
  /**
   * Seconds after which another consumer takes over a job whose consumer gives no sign of life; checked twice as often.
   */
  JOB_LOCK_SECONDS: wholeNumber(1, 3600).default(10),
};

const dashboard = {
  /** The folder of the built dashboard, relative to the working folder. */
  DASHBOARD_DIR: z.string().default('dist/apps/dashboard/browser'),
};
const cdnUrl = z
  .union([z.literal('/cdn/'), z.url({ protocol: /^https?$/ })], {
    error: 'must be an http:// or https:// URL',
  })
  .default('/cdn/')
  .transform((url) => (url.endsWith('/') ? url : `${url}/`));

const api = {
  ...server,
  ...http,
  ...access,
  ...connections,
  ...live,
  /** The age in milliseconds from which a late record raises no alert any more; 0 sets no limit. */
  ALERT_MAX_AGE: interval.default('15m').transform(intervalMs),
  /** Milliseconds without a record of its driver after which an open alert is called unconfirmed; 0 means never. */
  ALERT_STALE: interval.default('10m').transform(intervalMs),
  /** Milliseconds for which an alert may be unconfirmed before it ends; 0 means for ever. */
  ALERT_EXPIRE: interval.default('1h').transform(intervalMs),
  /** How many drivers may have open alerts at the same time; a page is sent all of them when it connects. */
  MAX_OPEN_ALERTS: wholeNumber(1, 100_000).default(10_000),
  /** How many of these may have been reported with one device key, or in all while no keys are required. */
  MAX_OPEN_ALERTS_PER_KEY: wholeNumber(1, 100_000).default(5_000),
  DATABASE_URL: postgresUrl,
  REDIS_URL: redisUrl,
  ...redisDurability,
  ...publicBucket,
  ...s3,
  ...dashboard,
  ...ingestionLimits,
  ...queueHealth,
  /**
   * The place where pages find the public bucket: a path of the API itself, or the URL of a CDN in front of the bucket.
   */
  CDN_URL: cdnUrl,
};
/** The environment of apps/api. */
export const apiEnvSchema = z.object(api).refine(hasSecrets, SECRETS_REQUIRED);
export type ApiConfig = Readonly<z.output<typeof apiEnvSchema>>;

const archive = {
  FLEET_TIME_ZONE: timeZone,
  ...privateBucket,
  ...s3,
  /** Milliseconds between two runs of the archive; 0 turns it off. */
  ARCHIVE_EVERY: interval.default('1h').transform(intervalMs),
};

/** A number of whole days; unset, or empty as in .env.example, means for ever. */
const retentionDays = z.preprocess(
  (value) => (value === '' ? undefined : value),
  wholeNumber(1, 36_500).optional(),
);

const consumer = {
  ...server,
  DATABASE_URL: postgresUrl,
  REDIS_URL: redisUrl,
  ...redisDurability,
  /** How many jobs one consumer stores at the same time; they are begun in order of arrival. */
  CONSUMER_CONCURRENCY: wholeNumber(1, 64).default(4),
  ...jobLock,
  ...archive,
  /** How many UTC days records stay in PostgreSQL once they are archived. */
  RETENTION_DAYS: retentionDays,
};
/** The environment of apps/consumer. */
export const consumerEnvSchema = z.object(consumer);
export type ConsumerConfig = Readonly<z.output<typeof consumerEnvSchema>>;

/** The environment of the migration script. */
export const migrateEnvSchema = z.object({ DATABASE_URL: postgresUrl });

/** The environment of `npm run archive`. */
export const archiveEnvSchema = z.object({ DATABASE_URL: postgresUrl.optional(), ...dataDir, ...archive });
export type ArchiveConfig = Readonly<z.output<typeof archiveEnvSchema>>;

/** The environment of `npm run jobs`. */
export const jobsEnvSchema = z.object({
  REDIS_URL: redisUrl.optional(),
  DATABASE_URL: postgresUrl.optional(),
  ...dataDir,
});

/** The environment of `npm run backup` and `npm run restore`. */
export const backupEnvSchema = z.object({
  DATABASE_URL: postgresUrl.optional(),
  REDIS_URL: redisUrl.optional(),
  FLEET_TIME_ZONE: timeZone,
  ...privateBucket,
  ...publicBucket,
  ...s3,
});
export type BackupConfig = Readonly<z.output<typeof backupEnvSchema>>;
/** The environment of `npm run keys` and `npm run users`. */
export const accessToolEnvSchema = z.object({ DATABASE_URL: postgresUrl.optional(), ...dataDir });

/** The environment of `npm run drivers -- erase`. */
export const eraseEnvSchema = z.object({
  DATABASE_URL: postgresUrl.optional(),
  REDIS_URL: redisUrl.optional(),
  ...privateBucket,
  ...publicBucket,
  ...s3,
});
export type EraseConfig = Readonly<z.output<typeof eraseEnvSchema>>;

/** The environment of `npm run import`. */
export const importEnvSchema = z.object({ FLEET_TIME_ZONE: timeZone, ...privateBucket, ...s3 });

/** The environment of `npm run publish-assets`. */
export const publishAssetsEnvSchema = z.object({ ...publicBucket, ...s3, ...dashboard });

const sparkSubmit = {
  FLEET_TIME_ZONE: timeZone,
  ...dataDir,
  ...privateBucket,
  ...publicBucket,
  ...s3,
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
/** The environment of `nx run summaries:spark-submit`. */
export const sparkSubmitEnvSchema = z.object(sparkSubmit);
export type SparkSubmitConfig = Readonly<z.output<typeof sparkSubmitEnvSchema>>;

/** A key is printable and has no spaces, so that it fits in a header. */
const deviceKey = z.string().regex(/^[\x21-\x7e]+$/, 'must be printable ASCII characters without spaces');

const device = {
  /** The key that is sent as `Authorization: Bearer`; unset sends none, for a Drivewatch that requires none. */
  DRIVEWATCH_KEY: deviceKey.optional(),
};
/** The environment of programs that post records as devices do. */
export const deviceEnvSchema = z.object(device);

/** The environment of `npm run migrate`. */
export const launcherMigrateEnvSchema = z.object({ DATABASE_URL: postgresUrl.optional(), ...dataDir });
/**
 * The environment of the launcher (`npm start`) and of everything that it starts, so that nothing is created, changed
 * or started while any of it is wrong.
 */
export const launcherEnvSchema = z
  .object({
    ...api,
    ...consumer,
    ...sparkSubmit,
    ...device,
    /** If set, this PostgreSQL is used instead of the launcher's own. */
    DATABASE_URL: postgresUrl.optional(),
    /** If set, this Redis is used instead of the launcher's own. */
    REDIS_URL: redisUrl.optional(),
  })
  .refine(hasSecrets, SECRETS_REQUIRED);
export type LauncherConfig = Readonly<z.output<typeof launcherEnvSchema>>;

/** The environment of tests. */
export const testEnvSchema = z.object({
  /** The folder of real detail-record files; the tests on them run where it is set. */
  REAL_DATA_DIR: z.string().optional(),
  /** The folder of inputs that devices have really sent, for `nx run system-tests:cases`. */
  CASES_DIR: z.string().optional(),
});

const SETTINGS = [
  ...Object.keys(launcherEnvSchema.shape),
  ...Object.keys(publishAssetsEnvSchema.shape),
  ...Object.keys(importEnvSchema.shape),
];

/**
 * Returns warnings about variables whose names are nearly those of settings.
 *
 * @param env the process's own, except in tests
 * @returns a line for each, without its value
 */
export const misspeltSettings = (env: NodeJS.ProcessEnv = process.env): string[] =>
  misspeltNames(Object.keys(env), [...SETTINGS, ...Object.keys(testEnvSchema.shape)], SETTINGS);
