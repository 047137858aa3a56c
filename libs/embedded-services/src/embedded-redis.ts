import { mkdir, chown, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import getPort from 'get-port';
import { Redis } from 'ioredis';
import { controls, type EmbeddedService, type EmbeddedServiceOptions } from './embedded-service';
import { endProcess } from './running-process';
import { prepareServiceHome, readOrCreatePassword, writePrivateFile, type ServiceHome } from './service-home';
import { spawnService } from './service-process';
import { ensureProgram, SYSTEM_PROGRAMS } from './system-programs.mjs';
import { waitUntilReady } from './wait-until-ready';

export interface EmbeddedRedisOptions extends EmbeddedServiceOptions {
  /** When the log of writes reaches the disk; `always` means before the client gets its answer. */
  readonly appendFsync?: 'always' | 'everysec' | 'no';
}

const STOP_LIMIT_MS = 10_000;

/**
 * Starts a Redis (or Valkey) of its own on loopback, with a password made up for it, that keeps every write in an
 * append-only file and never evicts. A server left over on the same data by a killed process is stopped first.
 *
 * @throws Error in one line when no server program is installed; with the end of the server's log when it does not come up
 */
export async function startEmbeddedRedis(options: EmbeddedRedisOptions = {}): Promise<EmbeddedService> {
  const { onProgress = () => undefined, appendFsync = 'always' } = options;
  const program = await ensureProgram(SYSTEM_PROGRAMS.redis, onProgress);
  const home = await prepareServiceHome(options.dataDir, onProgress);
  const password = await readOrCreatePassword(home);
  const files = redisFiles(home.dir);
  await endLeftoverRedis(files, password, onProgress);

  const port = options.port ?? (await getPort({ host: '127.0.0.1' }));
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
    const url = `redis://:${password}@127.0.0.1:${port}`;
    return { url, port, version, dataDir: home.dir, ...controls(process, () => home.discard()) };
  } catch (error) {
    await process.stop();
    await home.discard();
    throw error;
  }
}

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

/** The password goes into a file with mode 0600, since command lines can be read by every user of the machine. */
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
    // The append-only file is the record; snapshots beside it would only cost time.
    ['save', '""'],
    // Rewriting competes with syncs for the disk; with the usual 64 MB a busy queue would have it done every few seconds.
    ['auto-aof-rewrite-min-size', '512mb'],
    ['maxmemory-policy', 'noeviction'],
  ];
  return settings.map(([name, value]) => `${name} ${value}\n`).join('');
}

interface ServerAnswer {
  readonly pid: number;
  readonly version: string;
  /** Still reading its append-only file; other commands fail until it is through. */
  readonly isLoading: boolean;
}

async function askLoadedServer(port: number, password: string): Promise<ServerAnswer> {
  const answer = await askServer(port, password);
  if (answer.isLoading) throw new Error('Redis is reading its append-only file');
  return answer;
}

/** @throws Error when nothing listens there, or something that has another password */
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

/** A server that answers to this folder's own password at the port of its last start is the one that was left over. */
async function endLeftoverRedis(
  files: RedisFiles,
  password: string,
  onProgress: (message: string) => void,
): Promise<void> {
  const config = await readFile(files.config, 'utf8').catch(() => '');
  const port = Number(/^port (\d+)$/m.exec(config)?.[1]);
  if (!Number.isInteger(port)) return;
  const leftover = await askServer(port, password).catch(() => undefined);
  if (!leftover) return;
  onProgress(`Stopping the Redis (process ${leftover.pid}) that an earlier run left behind`);
  await endProcess(leftover.pid, 'SIGTERM', STOP_LIMIT_MS);
}
