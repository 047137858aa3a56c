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
/** Tells a variable that is missing from a wrong one. */
const mustBe =
  (what: string) =>
  ({ input }: { input?: unknown }): string =>
    input === undefined ? `is required: ${what}` : `must be ${what}`;
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: mustBe(POSTGRES_URL) });
const redisUrl = z.url({ protocol: /^rediss?(?:\+cluster)?$/, error: mustBe(REDIS_URL) });
const oneOf = <const Names extends readonly [string, ...string[]]>(...names: Names) =>
  z.enum(names, { error: `must be one of ${names.join(', ')}` });

/** What both servers have. */
const server = {
  /** Log lines below it are not written. */
  LOG_LEVEL: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace').default('info'),
};
/** How it is known that Redis keeps what it confirms. */
const redisDurability = {
  /** `vouched`: the operator says so, where Redis itself does not or says otherwise, as Amazon MemoryDB does. */
  REDIS_DURABILITY: oneOf('checked', 'vouched').default('checked'),
};
const http = {
  /** Where the API listens; loopback unless told otherwise. */
  HOST: z.string().default('127.0.0.1'),
  /** 0 takes any free port. */
  PORT: wholeNumber(0, 65_535).default(8080),
};
/** Unset, they follow from how many descriptors the process may have (`connectionLimits` of the API). */
const connections = {
  /** Connections that the API has at a time; never more than half of its descriptors. */
  MAX_CONNECTIONS: wholeNumber(1, 1_000_000).optional(),
  /** Connections of one address at a time, and requests under way of a client that a trusted proxy names. */
  MAX_CONNECTIONS_PER_ADDRESS: wholeNumber(1, 1_000_000).optional(),
};
const live = {
  FLEET_TIME_ZONE: timeZone,
  TICK_SECONDS: wholeNumber(1, 3600).default(30),
};

const queueHealth = {
  /** The longest that an answer of Redis is waited for before a device is told to come again. */
  REDIS_TIMEOUT_MS: wholeNumber(100, 60_000).default(700),
  /** The longest that PostgreSQL is asked whether ids were used before; what it does not say by then is found when stored. */
  ID_LOOKUP_TIMEOUT_MS: wholeNumber(1, 60_000).default(250),
  /** Seconds for which there may be jobs of which none is finished; after them the API is not ready. */
  QUEUE_STALLED_SECONDS: wholeNumber(1, 86_400).default(30),
};
const jobLock = {
  /** Seconds after which a job whose consumer gives no sign of life is another one's, looked at twice as often. */
  JOB_LOCK_SECONDS: wholeNumber(1, 3600).default(10),
};

const dashboard = {
  /** Folder of the built dashboard, relative to the working folder. */
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
  /** Milliseconds after which a record that comes late raises no alert any more, 0 for no limit. */
  ALERT_MAX_AGE: interval.default('15m').transform(intervalMs),
  /** Milliseconds without a record of its driver after which an open alert is called unconfirmed, 0 for never. */
  ALERT_STALE: interval.default('10m').transform(intervalMs),
  /** Milliseconds for which an alert may be unconfirmed before it ends, 0 for ever. */
  ALERT_EXPIRE: interval.default('1h').transform(intervalMs),
  /** Drivers whose alerts may be open at the same time; a page is sent all of them when it connects. */
  MAX_OPEN_ALERTS: wholeNumber(1, 100_000).default(10_000),
  /** The same of those whose starts one device key has reported, and of all together while no keys are asked for. */
  MAX_OPEN_ALERTS_PER_KEY: wholeNumber(1, 100_000).default(5_000),
  DATABASE_URL: postgresUrl,
  REDIS_URL: redisUrl,
  ...redisDurability,
  ...publicBucket,
  ...s3,
  ...dashboard,
  ...ingestionLimits,
  ...queueHealth,
  /** Where pages find the public bucket: a path of the API itself, or the URL of a CDN in front of the bucket. */
  CDN_URL: cdnUrl,
};
/** Environment of apps/api. */
export const apiEnvSchema = z.object(api).refine(hasSecrets, SECRETS_REQUIRED);
export type ApiConfig = Readonly<z.output<typeof apiEnvSchema>>;

const archive = {
  FLEET_TIME_ZONE: timeZone,
  ...privateBucket,
  ...s3,
  /** Milliseconds between two runs of the archive, 0 for none. */
  ARCHIVE_EVERY: interval.default('1h').transform(intervalMs),
};

/** Whole days; unset, or empty as .env.example has it: for ever. */
const retentionDays = z.preprocess(
  (value) => (value === '' ? undefined : value),
  wholeNumber(1, 36_500).optional(),
);

const consumer = {
  ...server,
  DATABASE_URL: postgresUrl,
  REDIS_URL: redisUrl,
  ...redisDurability,
  /** Jobs stored at the same time by one consumer; they are begun in order of arrival. */
  CONSUMER_CONCURRENCY: wholeNumber(1, 64).default(4),
  ...jobLock,
  ...archive,
  /** UTC days for which records stay in PostgreSQL once they are archived. */
  RETENTION_DAYS: retentionDays,
};
/** Environment of apps/consumer. */
export const consumerEnvSchema = z.object(consumer);
export type ConsumerConfig = Readonly<z.output<typeof consumerEnvSchema>>;

/** Environment of the migration script. */
export const migrateEnvSchema = z.object({ DATABASE_URL: postgresUrl });
export type MigrateConfig = Readonly<z.output<typeof migrateEnvSchema>>;

/** Environment of `npm run archive`. */
export const archiveEnvSchema = z.object({ DATABASE_URL: postgresUrl.optional(), ...dataDir, ...archive });
export type ArchiveConfig = Readonly<z.output<typeof archiveEnvSchema>>;

/** Environment of `npm run jobs`. */
export const jobsEnvSchema = z.object({
  REDIS_URL: redisUrl.optional(),
  DATABASE_URL: postgresUrl.optional(),
  ...dataDir,
});
export type JobsConfig = Readonly<z.output<typeof jobsEnvSchema>>;
/** Environment of `npm run backup` and `npm run restore`. */
export const backupEnvSchema = z.object({
  DATABASE_URL: postgresUrl.optional(),
  REDIS_URL: redisUrl.optional(),
  FLEET_TIME_ZONE: timeZone,
  ...privateBucket,
  ...publicBucket,
  ...s3,
});
export type BackupConfig = Readonly<z.output<typeof backupEnvSchema>>;
/** Environment of `npm run keys` and `npm run users`. */
export const accessToolEnvSchema = z.object({ DATABASE_URL: postgresUrl.optional(), ...dataDir });
export type AccessToolConfig = Readonly<z.output<typeof accessToolEnvSchema>>;

/** Environment of `npm run drivers -- erase`. */
export const eraseEnvSchema = z.object({
  DATABASE_URL: postgresUrl.optional(),
  REDIS_URL: redisUrl.optional(),
  ...privateBucket,
  ...publicBucket,
  ...s3,
});
export type EraseConfig = Readonly<z.output<typeof eraseEnvSchema>>;

/** Environment of `npm run import`. */
export const importEnvSchema = z.object({ FLEET_TIME_ZONE: timeZone, ...privateBucket, ...s3 });
export type ImportConfig = Readonly<z.output<typeof importEnvSchema>>;

/** Environment of `npm run publish-assets`. */
export const publishAssetsEnvSchema = z.object({ ...publicBucket, ...s3, ...dashboard });
export type PublishAssetsConfig = Readonly<z.output<typeof publishAssetsEnvSchema>>;

const sparkSubmit = {
  FLEET_TIME_ZONE: timeZone,
  ...dataDir,
  ...privateBucket,
  ...publicBucket,
  ...s3,
  /** As `spark-submit --master` takes it: `local[*]`, `spark://host:port`, `yarn`, `k8s://…`. */
  SPARK_MASTER: z.string().default('local[*]'),
  /** Path of an installed `spark-submit`; unset: Drivewatch installs PySpark below its data folder. */
  SPARK_SUBMIT: z.string().optional(),
  /** Memory of a local Spark, as `spark-submit --driver-memory` takes it; on a cluster Spark reads it by itself. */
  SPARK_DRIVER_MEMORY: z
    .string()
    .regex(/^[1-9]\d*[mg]$/i, 'must be a number with m or g, such as 4g')
    .default('2g'),
  /** Python of an installed Spark, as Spark itself reads it. */
  PYSPARK_PYTHON: z.string().optional(),
  /** Region of S3, as the AWS SDK reads it. */
  AWS_REGION: z.string().optional(),
};
/** Environment of `nx run summaries:spark-submit`. */
export const sparkSubmitEnvSchema = z.object(sparkSubmit);
export type SparkSubmitConfig = Readonly<z.output<typeof sparkSubmitEnvSchema>>;

/** Printable, without spaces: what fits in a header. */
const deviceKey = z.string().regex(/^[\x21-\x7e]+$/, 'must be printable ASCII characters without spaces');

const device = {
  /** Key that is sent as `Authorization: Bearer`; unset: none, as to a Drivewatch that asks for none. */
  DRIVEWATCH_KEY: deviceKey.optional(),
};
/** Environment of what posts records as devices do. */
export const deviceEnvSchema = z.object(device);

/** Environment of `npm run migrate`. */
export const launcherMigrateEnvSchema = z.object({ DATABASE_URL: postgresUrl.optional(), ...dataDir });
/**
 * Environment of the launcher (`npm start`): of all that it starts, so that nothing is created, changed or started while
 * anything of it is wrong.
 */
export const launcherEnvSchema = z
  .object({
    ...api,
    ...consumer,
    ...sparkSubmit,
    ...device,
    /** Set: an existing PostgreSQL is used instead of the launcher's own. */
    DATABASE_URL: postgresUrl.optional(),
    /** Set: an existing Redis is used instead of the launcher's own. */
    REDIS_URL: redisUrl.optional(),
  })
  .refine(hasSecrets, SECRETS_REQUIRED);
export type LauncherConfig = Readonly<z.output<typeof launcherEnvSchema>>;
export type LauncherMigrateConfig = Readonly<z.output<typeof launcherMigrateEnvSchema>>;

/** Environment of tests. */
export const testEnvSchema = z.object({
  /** Folder of real detail-record files; the checks on them run where it is set. */
  REAL_DATA_DIR: z.string().optional(),
  /** Folder of the inputs that the field has sent, for `nx run system-tests:cases`. */
  CASES_DIR: z.string().optional(),
});

const SETTINGS = [
  ...Object.keys(launcherEnvSchema.shape),
  ...Object.keys(publishAssetsEnvSchema.shape),
  ...Object.keys(importEnvSchema.shape),
];

/**
 * Warnings about variables that are nearly settings.
 *
 * @param env only tests pass anything but the process's own
 * @returns a line for each, without its value
 */
export const misspeltSettings = (env: NodeJS.ProcessEnv = process.env): string[] =>
  misspeltNames(Object.keys(env), [...SETTINGS, ...Object.keys(testEnvSchema.shape)], SETTINGS);
