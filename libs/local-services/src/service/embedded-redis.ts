import { mkdir, chown, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { controls, type EmbeddedService, type EmbeddedServiceOptions } from './embedded-service';
import { freePort } from '../process/free-port';
import { endProcess } from '../process/running-process';
import type { LaunchersService } from './launchers-service';
import {
  passwordFile,
  possibleHomes,
  prepareServiceHome,
  readOrCreatePassword,
  type ServiceHome,
  writePrivateFile,
} from './service-home';
import { spawnService } from './service-process';
import { ensureProgram, SYSTEM_PROGRAMS } from '../process/system-programs.mjs';
import { waitUntilReady } from './wait-until-ready';

export interface EmbeddedRedisOptions extends EmbeddedServiceOptions {
  /** Says when the log of writes reaches the disk; `always` means before the client gets its answer. */
  readonly appendFsync?: 'always' | 'everysec' | 'no';
}

const STOP_LIMIT_MS = 10_000;

/**
 * Starts a separate Redis (or Valkey) on loopback, with a random password, that keeps every write in an append-only
 * file and never evicts. A server that a killed process left running on the same data is stopped first.
 *
 * @throws Error in one line when no server program is installed; with the end of the server's log when it does not come
 * up
 */
export async function startEmbeddedRedis(options: EmbeddedRedisOptions = {}): Promise<EmbeddedService> {
  const { onProgress = () => undefined, appendFsync = 'always' } = options;
  const program = await ensureProgram(SYSTEM_PROGRAMS.redis, onProgress);
  const home = await prepareServiceHome(options.dataDir, onProgress);
  const password = await readOrCreatePassword(home);
  const files = redisFiles(home.dir);
  await endLeftoverRedis(files, password, onProgress);

  const port = options.port ?? (await freePort());
  await createDataDir(home, files.data);
  await writePrivateFile(files.config, redisConfig({ port, password, appendFsync, files }), home.user);
  const process = await spawnService({
    command: program,
    args: [files.config],
    cwd: home.dir,
    user: home.user,
    logFile: join(home.dir, 'redis.log'),
    stopSignal: 'SIGTERM',
  });
  try {
    const { version } = await waitUntilReady('Redis', process, () => askLoadedServer(port, password));
    return {
      url: urlOf(port, password),
      port,
      version,
      dataDir: home.dir,
      ...controls(process, () => home.discard()),
    };
  } catch (error) {
    await process.stop();
    await home.discard();
    throw error;
  }
}

/** Returns where `npm start` keeps its Redis. @param drivewatchDir the folder that DRIVEWATCH_DIR names */
export const launchersRedisDir = (drivewatchDir: string): string => join(drivewatchDir, 'redis');

/**
 * Finds the Redis that another program has started on a data folder.
 *
 * @returns its URL, or `null` when none runs there
 * @throws Error when its password may not be read
 */
export async function findEmbeddedRedis(dataDir: string): Promise<string | null> {
  for (const home of possibleHomes(dataDir)) {
    const port = await configuredPort(redisFiles(home));
    if (port === null) continue;
    const password = (await readFile(passwordFile(home), 'utf8')).trim();
    if (await askLoadedServer(port, password).catch(() => null)) return urlOf(port, password);
  }
  return null;
}

/** The Redis of `npm start`. */
export const LAUNCHERS_REDIS: LaunchersService = {
  name: 'Redis',
  dataDirOf: launchersRedisDir,
  find: findEmbeddedRedis,
  start: startEmbeddedRedis,
};

const urlOf = (port: number, password: string): string => `redis://:${password}@127.0.0.1:${port}`;

interface RedisFiles {
  readonly config: string;
  readonly data: string;
}

const redisFiles = (dir: string): RedisFiles => ({
  config: join(dir, 'redis.conf'),
  data: join(dir, 'data'),
});

async function createDataDir({ user }: ServiceHome, data: string): Promise<void> {
  await mkdir(data, { recursive: true, mode: 0o700 });
  if (user) await chown(data, user.uid, user.gid);
}

/**
 * Writes the configuration. The password goes into a file with mode 0600, since every user of the machine can read
 * command lines.
 */
function redisConfig({
  port,
  password,
  appendFsync,
  files,
}: {
  port: number;
  password: string;
  appendFsync: string;
  files: RedisFiles;
}): string {
  const settings: readonly (readonly [string, string])[] = [
    ['bind', '127.0.0.1'],
    ['port', String(port)],
    ['protected-mode', 'yes'],
    ['requirepass', password],
    ['dir', JSON.stringify(files.data)],
    ['daemonize', 'no'],
    ['appendonly', 'yes'],
    ['appendfsync', appendFsync],
    // The append-only file is what counts; snapshots beside it would only cost time.
    ['save', '""'],
    // Rewriting competes with syncs for the disk; with the usual 64 MB, a busy queue would cause it every few seconds.
    ['auto-aof-rewrite-min-size', '512mb'],
    ['maxmemory-policy', 'noeviction'],
  ];
  return settings.map(([name, value]) => `${name} ${value}\n`).join('');
}

interface ServerAnswer {
  readonly pid: number;
  readonly version: string;
  /** True while it still reads its append-only file; other commands fail until then. */
  readonly isLoading: boolean;
}

async function askLoadedServer(port: number, password: string): Promise<ServerAnswer> {
  const answer = await askServer(port, password);
  if (answer.isLoading) throw new Error('Redis is reading its append-only file');
  return answer;
}

/** @throws Error when nothing listens there, or a server with another password */
async function askServer(port: number, password: string): Promise<ServerAnswer> {
  const client = new Redis({
    host: '127.0.0.1',
    port,
    password,
    lazyConnect: true,
    enableReadyCheck: false,
    connectTimeout: 2_000,
    socketTimeout: 2_000,
    disableClientInfo: true,
    retryStrategy: () => null,
  });
  // Errors reach the caller through connect() and info(); without a listener they would be printed as well.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const info = await client.info();
    const field = (name: string) => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1];
    return {
      pid: Number(field('process_id')),
      version: field('valkey_version') ?? field('redis_version') ?? '',
      isLoading: field('loading') === '1',
    };
  } finally {
    client.disconnect();
  }
}

/** Ends a leftover server: one that accepts this folder's own password at the port of its last start. */
async function endLeftoverRedis(
  files: RedisFiles,
  password: string,
  onProgress: (message: string) => void,
): Promise<void> {
  const port = await configuredPort(files);
  if (port === null) return;
  const leftover = await askServer(port, password).catch(() => undefined);
  if (!leftover) return;
  onProgress(`Stopping the Redis (process ${leftover.pid}) that an earlier run left behind`);
  await endProcess(leftover.pid, 'SIGTERM', STOP_LIMIT_MS);
}

/** Returns the port of the server's last start; `null` when it was never started. */
async function configuredPort({ config }: RedisFiles): Promise<number | null> {
  const text = await readFile(config, 'utf8').catch(() => '');
  const port = /^port (\d+)$/m.exec(text)?.[1];
  return port === undefined ? null : Number(port);
}
