import { execFile } from 'node:child_process';
import { readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { PostgresBinaries } from './postgres-binaries';
import { commandLineOf, endProcess } from '../process/running-process';
import { passwordFile, type ServiceHome } from '../service/service-home';

const run = promisify(execFile);
const STOP_LIMIT_MS = 10_000;

/** The options with which initdb creates a new cluster. */
export const INITDB_OPTIONS = [
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--locale=C',
  '--no-instructions',
];

interface ClusterRequest {
  readonly home: ServiceHome;
  readonly binaries: PostgresBinaries;
  readonly initdbOptions: readonly string[];
  /** The superuser's name; its password is the one in the home's password file. */
  readonly user: string;
  /** Skips the wait until new files are on disk. */
  readonly noSync?: boolean;
}

/** Returns the folder of the server's own files. */
export const clusterOf = (homeDir: string): string => join(homeDir, 'cluster');

/**
 * Creates the files of a PostgreSQL server unless they exist: UTF-8, text compared by code point, and passwords
 * required from every client.
 *
 * @returns the cluster's folder
 * @throws Error when the files were made by another major version of PostgreSQL
 */
export async function createCluster({
  home,
  binaries,
  initdbOptions,
  user,
  noSync,
}: ClusterRequest): Promise<string> {
  const cluster = clusterOf(home.dir);
  const clusterVersion = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (clusterVersion !== undefined) {
    await refuseOtherMajorVersion(cluster, clusterVersion.trim(), binaries);
    return cluster;
  }
  const unfinished = `${cluster}.new`;
  await rm(unfinished, { recursive: true, force: true });
  const args = [
    '--pgdata',
    unfinished,
    '--username',
    user,
    '--pwfile',
    passwordFile(home.dir),
    ...initdbOptions,
    ...(noSync ? ['--no-sync'] : []),
  ];
  await run(binaries.initdb, args, { cwd: home.dir, env: { LC_ALL: 'C', TZ: 'UTC' }, ...home.user });
  await rename(unfinished, cluster);
  return cluster;
}

async function refuseOtherMajorVersion(
  cluster: string,
  clusterMajor: string,
  { postgres }: PostgresBinaries,
): Promise<void> {
  const { stdout } = await run(postgres, ['--version'], { cwd: '/' });
  const serverMajor = /\) (\d+)/.exec(stdout)?.[1];
  if (serverMajor === clusterMajor) return;
  throw new Error(
    `${cluster} was made by PostgreSQL ${clusterMajor}, this is ${serverMajor}: move it away or set DRIVEWATCH_DIR`,
  );
}

/**
 * Stops the server that a killed process left running on these files, and removes the lock file of one that is gone.
 * A process that merely got the same number is not touched.
 */
export async function endLeftoverPostgres(
  cluster: string,
  onProgress: (message: string) => void,
): Promise<void> {
  const lockFile = join(cluster, 'postmaster.pid');
  const lock = await readFile(lockFile, 'utf8').catch(() => undefined);
  if (lock === undefined) return;
  const pid = Number.parseInt(lock, 10);
  const commandLine = Number.isInteger(pid) && pid > 1 ? await commandLineOf(pid) : '';
  if (isServerOf(cluster, commandLine)) {
    onProgress(`Stopping the PostgreSQL (process ${pid}) that an earlier run left behind`);
    await endProcess(pid, 'SIGINT', STOP_LIMIT_MS);
  }
  await rm(lockFile, { force: true });
}

/** Returns the port of the server that now runs on these files, or `null` when none does. */
export async function runningPort(cluster: string): Promise<number | null> {
  const lock = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid, , , port] = lock.split('\n').map(Number);
  if (!pid || !port) return null;
  return isServerOf(cluster, await commandLineOf(pid)) ? port : null;
}

/** Looks for the arguments that `startEmbeddedPostgres` gives. */
function isServerOf(cluster: string, commandLine: string): boolean {
  const program = commandLine.split(' -D ')[0] ?? '';
  return basename(program) === 'postgres' && `${commandLine} `.includes(` -D ${cluster} `);
}
