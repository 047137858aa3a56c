import * as z from 'zod';
import { ingestionLimits } from './ingestion';
import { access, hasSecrets, SECRETS_REQUIRED } from './access';
import { misspeltNames } from './misspelt';
import { wholeNumber } from './numbers';
import {
  archive,
  dashboard,
  database,
  device,
  fleetTimeZone,
  publicBucket,
  redis,
  s3,
  spark,
  testFolders,
} from './settings';
import { intervalMs } from './times';

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
  ...fleetTimeZone,
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
  ALERT_MAX_AGE: intervalMs('15m'),
  /** Milliseconds without a record of its driver after which an open alert is called unconfirmed; 0 means never. */
  ALERT_STALE: intervalMs('10m'),
  /** Milliseconds for which an alert may be unconfirmed before it ends; 0 means for ever. */
  ALERT_EXPIRE: intervalMs('1h'),
  /** How many drivers may have open alerts at the same time; a page is sent all of them when it connects. */
  MAX_OPEN_ALERTS: wholeNumber(1, 100_000).default(10_000),
  /** How many of these may have been reported with one device key, or in all while no keys are required. */
  MAX_OPEN_ALERTS_PER_KEY: wholeNumber(1, 100_000).default(5_000),
  ...database,
  ...redis,
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

/** A number of whole days; unset, or empty as in .env.example, means for ever. */
const retentionDays = z.preprocess(
  (value) => (value === '' ? undefined : value),
  wholeNumber(1, 36_500).optional(),
);

const consumer = {
  ...server,
  ...database,
  ...redis,
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
export const migrateEnvSchema = z.object(database);

/** The settings that have an effect somewhere outside the tests; the names of the tools' come from the parts. */
const SETTINGS = Object.keys({ ...api, ...consumer, ...spark, ...device });

/**
 * Returns warnings about variables whose names are nearly those of settings.
 *
 * @param env the process's own, except in tests
 * @returns a line for each, without its value
 */
export const misspeltSettings = (env: NodeJS.ProcessEnv = process.env): string[] =>
  misspeltNames(Object.keys(env), [...SETTINGS, ...Object.keys(testFolders)], SETTINGS);
