import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { withFileLock } from '../folder/file-lock';
import { POSTGRES_USER, startPostgres } from './embedded-postgres';
import type { EmbeddedService, EmbeddedServiceOptions } from '../service/embedded-service';
import type { PostgresBinaries } from './postgres-binaries';
import { clusterOf, createCluster, INITDB_OPTIONS } from './postgres-cluster';
import {
  passwordFile,
  prepareServiceHome,
  readOrCreatePassword,
  type ServiceHome,
} from '../service/service-home';

const run = promisify(execFile);
const CACHE = 'node_modules/.cache/drivewatch';
/** Creating the files takes a second or two, so only a hang reaches this limit. */
const TEMPLATE_LIMIT_MS = 300_000;

/**
 * Starts a PostgreSQL for tests as `startEmbeddedPostgres` does, from a copy of files that are created once per
 * checkout; copying them takes a fraction of the time. It does not wait for the disk: committed data survives the end
 * of any process, which tests cause, but not that of the machine.
 *
 * @param cache where those files are kept
 * @throws Error as `startEmbeddedPostgres` does
 */
export const startTestPostgres = (
  options: EmbeddedServiceOptions = {},
  cache = resolve(CACHE),
): Promise<EmbeddedService> =>
  startPostgres(options, {
    prepare: (home, binaries) => copyTemplate(cache, home, binaries),
    settings: { fsync: 'off' },
  });

async function copyTemplate(cache: string, home: ServiceHome, binaries: PostgresBinaries): Promise<void> {
  const cluster = clusterOf(home.dir);
  const isThere = await access(cluster).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  const template = await ensureTemplate(cache, binaries);
  const unfinished = `${cluster}.copy`;
  // The user who is to own the files makes the copy.
  await rm(unfinished, { recursive: true, force: true });
  await run('cp', ['-Rp', clusterOf(template), unfinished], { cwd: home.dir, ...home.user });
  await run('cp', ['-p', passwordFile(template), passwordFile(home.dir)], { cwd: home.dir, ...home.user });
  await rename(unfinished, cluster);
}

/** @returns the folder with a cluster that was never started, and its password */
async function ensureTemplate(cache: string, binaries: PostgresBinaries): Promise<string> {
  const { stdout: version } = await run(binaries.postgres, ['--version'], { cwd: '/' });
  const key = createHash('sha256')
    .update(JSON.stringify([version, INITDB_OPTIONS]))
    .digest('hex')
    .slice(0, 16);
  const name = `postgresql-${key}`;
  return withFileLock(cache, name, { waitLimitMs: TEMPLATE_LIMIT_MS }, async () => {
    const home = await prepareServiceHome(join(cache, name), () => undefined);
    await readOrCreatePassword(home);
    await createCluster({
      home,
      binaries,
      user: POSTGRES_USER,
      initdbOptions: INITDB_OPTIONS,
      noSync: true,
    });
    return home.dir;
  });
}
