import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createTemporaryServicesDir,
  type EmbeddedRedisOptions,
  type EmbeddedService,
  freePort,
  startEmbeddedPostgres,
  startTestPostgres,
  startEmbeddedRedis,
} from '@drivewatch/local-services';
import { RECORD_QUEUE, type RecordJob } from '@drivewatch/contracts';
import { Database, migrate } from '@drivewatch/persistence';
import {
  connectRedis,
  QuietQueue,
  REDIS_PREFIX,
  type RedisClient,
  workerConnection,
} from '@drivewatch/redis';
import type { Queue } from 'bullmq';
import { allOrNone } from './all-or-none';
import { AppProcess } from './app-process';
import { AUTH_ENV, StackAccess, type StackAccessOptions } from './stack-access';

export interface StackOptions {
  consumers?: number;
  /**
   * Makes PostgreSQL wait for the disk, as in production, which measurements and tests of crash safety need. Without
   * it, committed data survives only the end of processes.
   */
  isDurable?: boolean;
  tickSeconds?: number;
  timeZone?: string;
  appendFsync?: EmbeddedRedisOptions['appendFsync'];
  /**
   * The folder of the page that the API serves: a stand-in, or {@link BUILT_DASHBOARD} for tests that look at pages.
   */
  dashboardDir?: string;
  /** The value of ARCHIVE_EVERY; the archive is off without it. */
  archiveEvery?: string;
  /** Requires keys and sign-in, and admits these. */
  access?: StackAccessOptions;
  /** A Redis that the caller starts and stops; the stack cannot crash it. */
  redisUrl?: string;
  /** Further variables for the API and the consumers. */
  env?: Readonly<Record<string, string>>;
  /** Further variables for the API alone. */
  apiEnv?: Readonly<Record<string, string>>;
}

/** The whole live monitor on its own ports and data: real Redis and PostgreSQL, and the built apps as processes. */
export interface Stack {
  /** The URL of the API and the page, without a slash at the end. */
  url: string;
  databaseUrl: string;
  redisUrl: string;
  /** The folder of the private bucket. */
  recordsFolder: string;
  /** The folder of the public bucket. */
  publicFolder: string;
  /** Lets a test look into the database. */
  query: <T>(sql: string, parameters?: unknown[]) => Promise<T[]>;
  /** Lets a test look into the queue. */
  queue: () => Queue<RecordJob>;
  /** Lets a test look into Redis, or change its settings. Commands wait while Redis is away. */
  redis: () => RedisClient;
  api: () => AppProcess;
  consumers: AppProcess[];
  /** The stack's keys and users. */
  access: StackAccess;
  startConsumer: (nodeOptions?: string[]) => Promise<AppProcess>;
  /**
   * Starts the API again after it was stopped or crashed, on the same port.
   *
   * @param env overrides the earlier variables
   */
  startApi: (env?: Readonly<Record<string, string>>) => Promise<void>;
  /** Starts a further API on a port of its own; the caller stops it. @param env overrides the variables of the first */
  startFurtherApi: (env?: Readonly<Record<string, string>>) => Promise<{ url: string; process: AppProcess }>;
  /** Returns the process ids of Redis and of PostgreSQL's first process. */
  servicePids: () => { redis: number; postgres: number };
  /** Sends Redis a signal, such as SIGSTOP for a Redis that hangs. */
  signalRedis: (signal: NodeJS.Signals) => void;
  /** Sends PostgreSQL a signal, both to its first process and to those of its connections. */
  signalPostgres: (signal: 'SIGSTOP' | 'SIGCONT') => void;
  /** Kills Redis without warning; the data stays. */
  crashRedis: () => Promise<void>;
  startRedis: () => Promise<void>;
  /** Kills PostgreSQL without warning; the data stays. */
  crashPostgres: () => Promise<void>;
  startPostgres: () => Promise<void>;
  stop: () => Promise<void>;
}

/** These settings keep a busy machine from sending a device away while Redis is well. */
export const PATIENT = { REDIS_TIMEOUT_MS: '30000', ID_LOOKUP_TIMEOUT_MS: '30000' };
/** The environment of tests in which Redis or PostgreSQL hangs: these are the product's defaults. */
export const IMPATIENT = { REDIS_TIMEOUT_MS: '700', ID_LOOKUP_TIMEOUT_MS: '250' };

/** This setting lets another consumer take over the jobs of a killed one within seconds. */
export const SHORT_LOCK = { JOB_LOCK_SECONDS: '2' };

/** The real page; a project that uses it waits for its build, and is tested again after every change to it. */
export const BUILT_DASHBOARD = 'dist/apps/dashboard/browser';
const STAND_IN_PAGE = 'libs/testing/stand-in-page';

const API = 'dist/apps/api/main.mjs';
const CONSUMER = 'dist/apps/consumer/main.mjs';

/**
 * Starts everything; the apps must have been built. The caller stops it.
 *
 * @throws Error when a part does not start, with nothing left running
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const port = await freePort();
  const temporary = await createTemporaryServicesDir();
  const { dir } = temporary;
  const recordsFolder = join(dir, 'records-bucket');
  const publicFolder = join(dir, 'public-bucket');
  const startPostgres = options.isDurable ? startEmbeddedPostgres : startTestPostgres;
  const postgresOptions = { dataDir: join(dir, 'postgres') };
  const redisOptions = { dataDir: join(dir, 'redis'), appendFsync: options.appendFsync ?? 'always' };
  const services = await allOrNone(
    startPostgres(postgresOptions),
    ...(options.redisUrl === undefined ? [startEmbeddedRedis(redisOptions)] : []),
  ).catch(async (error: unknown) => {
    await temporary.remove();
    throw error;
  });
  let [postgres, redis] = services;
  const redisUrl = options.redisUrl ?? redis?.url ?? '';
  const ownRedis = (): EmbeddedService => {
    if (redis === undefined) throw new Error('Redis is not of this stack');
    return redis;
  };
  const database = new Database(postgres.url, { poolSize: 2 });
  const stopServices = async () => {
    await database.close();
    await Promise.all([redis?.stop(), postgres.stop()]);
    await temporary.remove();
  };
  const env = {
    DATABASE_URL: postgres.url,
    REDIS_URL: redisUrl,
    PORT: String(port),
    TICK_SECONDS: String(options.tickSeconds ?? 1),
    FLEET_TIME_ZONE: options.timeZone ?? 'UTC',
    DRIVEWATCH_DIR: dir,
    RECORDS_BUCKET: pathToFileURL(recordsFolder).href,
    PUBLIC_BUCKET: pathToFileURL(publicFolder).href,
    ARCHIVE_EVERY: options.archiveEvery ?? 'off',
    ...(!options.isDurable && PATIENT),
    DASHBOARD_DIR: options.dashboardDir ?? STAND_IN_PAGE,
    ...options.env,
  };
  const access = new StackAccess(database);
  const apiEnv = { ...env, ...(options.access !== undefined && AUTH_ENV), ...options.apiEnv };
  const launchApi = (further: Readonly<Record<string, string>> = {}) =>
    AppProcess.start(API, { ...apiEnv, ...further }, 'API listens');
  const launchConsumer = (nodeOptions?: string[]) =>
    AppProcess.start(CONSUMER, env, 'Consumer waits', nodeOptions);

  const startApps = async () => {
    await migrate(postgres.url);
    if (options.access !== undefined) await access.add(options.access);
    return await allOrNone(
      launchApi(),
      ...Array.from({ length: options.consumers ?? 1 }, () => launchConsumer()),
    );
  };
  const apps = await startApps().catch(async (error: unknown) => {
    await stopServices();
    throw error;
  });
  const [firstApi, ...consumers] = apps;
  let api = firstApi;

  const queueRedis = connectRedis(workerConnection(redisUrl), {
    error: () => undefined,
    log: () => undefined,
  });
  const queue = new QuietQueue<RecordJob>(RECORD_QUEUE, { connection: queueRedis, prefix: REDIS_PREFIX });

  return {
    url: `http://127.0.0.1:${port}`,
    databaseUrl: postgres.url,
    redisUrl,
    recordsFolder,
    publicFolder,
    query: async <T>(sql: string, parameters?: unknown[]) =>
      (await database.connected()).query<T[]>(sql, parameters),
    queue: () => queue,
    redis: () => queueRedis,
    api: () => api,
    access,
    startApi: async (further) => {
      api = await launchApi(further);
    },
    startFurtherApi: async (further) => {
      const furtherPort = await freePort();
      const process = await launchApi({ PORT: String(furtherPort), ...further });
      return { url: `http://127.0.0.1:${furtherPort}`, process };
    },
    consumers,
    startConsumer: async (nodeOptions) => {
      const consumer = await launchConsumer(nodeOptions);
      consumers.push(consumer);
      return consumer;
    },
    servicePids: () => ({ redis: ownRedis().pid, postgres: postgres.pid }),
    signalRedis: (signal) => ownRedis().kill(signal),
    signalPostgres: (signal) => signalFamily(postgres.pid, signal),
    crashRedis: () => crash(ownRedis()),
    startRedis: async () => {
      redis = await startEmbeddedRedis({ ...redisOptions, port: ownRedis().port });
    },
    crashPostgres: () => crash(postgres),
    startPostgres: async () => {
      postgres = await startPostgres({ ...postgresOptions, port: postgres.port });
    },
    stop: async () => {
      await Promise.all([api.stop(), ...consumers.map((consumer) => consumer.stop())]);
      await queue.close();
      queueRedis.disconnect();
      await stopServices();
    },
  };
}

/** @param pid the id of a process; its children get the signal as well */
function signalFamily(pid: number, signal: NodeJS.Signals): void {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  for (const member of [pid, ...children.map(Number)]) process.kill(member, signal);
}

async function crash(service: EmbeddedService): Promise<void> {
  service.kill('SIGKILL');
  await service.exited;
}
