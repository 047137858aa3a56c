import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { controls, type EmbeddedService, type EmbeddedServiceOptions } from '../service/embedded-service';
import { freePort } from '../process/free-port';
import type { LaunchersService } from '../service/launchers-service';
import {
  clusterOf,
  createCluster,
  endLeftoverPostgres,
  INITDB_OPTIONS,
  runningPort,
} from './postgres-cluster';
import { locatePostgres, type PostgresBinaries } from './postgres-binaries';
import {
  passwordFile,
  possibleHomes,
  prepareServiceHome,
  readOrCreatePassword,
  type ServiceHome,
} from '../service/service-home';
import { type ServiceCommand, type ServiceProcess, spawnService } from '../service/service-process';
import { waitUntilReady } from '../service/wait-until-ready';
import { withClient } from './postgres-client';

export const POSTGRES_USER = 'drivewatch';
const DATABASE = 'drivewatch';
/** A connection in the middle of a long query is slow to notice that its server is gone. */
const FILES_FREE_LIMIT_MS = 120_000;
const FILES_FREE_POLL_MS = 100;

/**
 * Starts a separate PostgreSQL on loopback, with a random password, and creates the database `drivewatch`. A server
 * that a killed process left running on the same data is stopped first.
 *
 * @throws Error with the end of the server's log when it does not come up
 */
export const startEmbeddedPostgres = (options: EmbeddedServiceOptions = {}): Promise<EmbeddedService> =>
  startPostgres(options);

/** The ways in which a start differs from {@link startEmbeddedPostgres}. */
export interface PostgresVariant {
  /** Programs to run instead of those of the npm package. */
  readonly binaries?: PostgresBinaries;
  /** The options of initdb in place of {@link INITDB_OPTIONS}. */
  readonly initdbOptions?: readonly string[];
  /** Is called before the cluster is created; no cluster is created if one exists afterwards. */
  readonly prepare?: (home: ServiceHome, binaries: PostgresBinaries) => Promise<void>;
  readonly settings?: Readonly<Record<string, string>>;
}

export async function startPostgres(
  options: EmbeddedServiceOptions,
  variant: PostgresVariant = {},
): Promise<EmbeddedService> {
  const { onProgress = () => undefined } = options;
  const home = await prepareServiceHome(options.dataDir, onProgress);
  const binaries = variant.binaries ?? (await locatePostgres(home.user, onProgress));
  await variant.prepare?.(home, binaries);
  const password = await readOrCreatePassword(home);
  const { initdbOptions = INITDB_OPTIONS } = variant;
  const cluster = await createCluster({ home, binaries, user: POSTGRES_USER, initdbOptions });
  await endLeftoverPostgres(cluster, onProgress);

  const port = options.port ?? (await freePort());
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    // Idle servers on a laptop need no more, and several test suites may run side by side.
    max_connections: '100',
    ...variant.settings,
  };
  const command = {
    command: binaries.postgres,
    args: ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    cwd: home.dir,
    user: home.user,
    logFile: join(home.dir, 'postgres.log'),
    stopSignal: 'SIGINT',
  } as const;
  const ask = () => serverVersion(urlOf(port, password, 'postgres'), cluster);
  try {
    const { process, version } = await spawnOnFreeFiles(command, ask, onProgress);
    await createDatabaseUnlessThere(urlOf(port, password, 'postgres'), DATABASE).catch(
      async (error: unknown) => {
        await process.stop();
        throw error;
      },
    );
    return {
      url: urlOf(port, password, DATABASE),
      port,
      version,
      dataDir: home.dir,
      ...controls(process, () => home.discard()),
    };
  } catch (error) {
    await home.discard();
    throw error;
  }
}

/**
 * Starts the server when its files are free. The connections of a server that was killed use its files until they
 * notice, and no server may start on them before.
 *
 * @returns the server, once it answers
 * @throws Error when it does not, with none left running
 */
async function spawnOnFreeFiles(
  command: ServiceCommand,
  ask: () => Promise<string>,
  onProgress: (message: string) => void,
): Promise<{ process: ServiceProcess; version: string }> {
  const deadline = Date.now() + FILES_FREE_LIMIT_MS;
  for (let attempt = 1; ; attempt += 1) {
    const process = await spawnService(command);
    try {
      return { process, version: await waitUntilReady('PostgreSQL', process, ask) };
    } catch (error) {
      await process.stop();
      const isInUse = (await process.lastLogLines()).includes('pre-existing shared memory block');
      if (!isInUse || Date.now() > deadline) throw error;
      if (attempt === 1) onProgress('Waiting for the connections of the PostgreSQL that was killed to end');
      await sleep(FILES_FREE_POLL_MS);
    }
  }
}

/** Returns where `npm start` keeps its PostgreSQL. @param drivewatchDir the folder that DRIVEWATCH_DIR names */
export const launchersPostgresDir = (drivewatchDir: string): string => join(drivewatchDir, 'postgresql');

/**
 * Finds the PostgreSQL that another program has started on a data folder.
 *
 * @returns its URL, or `null` when none runs there
 * @throws Error when its password may not be read
 */
export async function findEmbeddedPostgres(dataDir: string): Promise<string | null> {
  for (const home of possibleHomes(dataDir)) {
    const port = await runningPort(clusterOf(home));
    if (port === null) continue;
    const password = await readFile(passwordFile(home), 'utf8');
    return urlOf(port, password.trim(), DATABASE);
  }
  return null;
}

/** The PostgreSQL of `npm start`. */
export const LAUNCHERS_POSTGRES: LaunchersService = {
  name: 'PostgreSQL',
  dataDirOf: launchersPostgresDir,
  find: findEmbeddedPostgres,
  start: startEmbeddedPostgres,
};

const urlOf = (port: number, password: string, database: string): string =>
  `postgresql://${POSTGRES_USER}:${password}@127.0.0.1:${port}/${database}`;

/** @throws Error when the server at the URL works on other files: one with the same password had the port before */
async function serverVersion(url: string, cluster: string): Promise<string> {
  const { rows } = await withClient(url, (client) =>
    client.query<{ version: string; dir: string }>(
      `SELECT current_setting('server_version') AS version, current_setting('data_directory') AS dir`,
    ),
  );
  if (rows[0]?.dir !== cluster) throw new Error(`Another PostgreSQL answers: it works on ${rows[0]?.dir}`);
  return rows[0].version.split(' ')[0] ?? '';
}

async function createDatabaseUnlessThere(url: string, name: string): Promise<void> {
  await withClient(url, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${name}`);
  });
}
