import { z } from 'zod';

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

const wholeNumber = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// URL' });
const redisUrl = z.url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// URL' });

const http = {
  /** Where the API listens; loopback unless told otherwise. */
  HOST: z.string().default('127.0.0.1'),
  /** 0 takes any free port. */
  PORT: wholeNumber(0, 65_535).default(8080),
};
const live = {
  FLEET_TIME_ZONE: timeZone,
  TICK_SECONDS: wholeNumber(1, 3600).default(30),
};

/** Environment of apps/api. */
export const apiEnvSchema = z.object({
  ...http,
  ...live,
  DATABASE_URL: postgresUrl,
  REDIS_URL: redisUrl,
  /** Folder of the built dashboard, relative to the working folder. */
  DASHBOARD_DIR: z.string().default('dist/apps/dashboard/browser'),
});
export type ApiConfig = Readonly<z.output<typeof apiEnvSchema>>;

/** Environment of apps/consumer. */
export const consumerEnvSchema = z.object({
  DATABASE_URL: postgresUrl,
  REDIS_URL: redisUrl,
  /** Jobs stored at the same time by one consumer; they are begun in order of arrival. */
  CONSUMER_CONCURRENCY: wholeNumber(1, 64).default(4),
});
export type ConsumerConfig = Readonly<z.output<typeof consumerEnvSchema>>;

/** Environment of the migration script. */
export const migrateEnvSchema = z.object({ DATABASE_URL: postgresUrl });
export type MigrateConfig = Readonly<z.output<typeof migrateEnvSchema>>;

/** Environment of the launcher (`npm start`); what it starts gets its settings from here. */
export const launcherEnvSchema = z.object({
  ...http,
  ...live,
  /** Set: an existing PostgreSQL is used instead of the launcher's own. */
  DATABASE_URL: postgresUrl.optional(),
  /** Set: an existing Redis is used instead of the launcher's own. */
  REDIS_URL: redisUrl.optional(),
  /** Data of the launcher's own PostgreSQL and Redis. */
  DRIVEWATCH_DIR: z.string().default('.drivewatch'),
});
export type LauncherConfig = Readonly<z.output<typeof launcherEnvSchema>>;

/** Environment of tests. */
export const testEnvSchema = z.object({
  /** Folder of real detail-record files; the checks on them run where it is set. */
  REAL_DATA_DIR: z.string().optional(),
});
