import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ProcessUser } from '../process/guarded-process';

/** Debian's `nobody`/`nogroup`, because PostgreSQL refuses to run as root. */
export const UNPRIVILEGED: ProcessUser = { uid: 65_534, gid: 65_534 };

/** The folder where root puts files that the unprivileged user could not reach inside the checkout. */
export const SHARED_STATE_DIR =
  process.platform === 'linux' ? '/var/lib/drivewatch' : join(tmpdir(), 'drivewatch');

/** A service's own folder, in which everything is readable only by that service's user. */
export interface ServiceHome {
  readonly dir: string;
  /** Undefined means that the service runs as the user who started it. */
  readonly user: ProcessUser | undefined;
  /** Deletes the folder if it was made for this one run. */
  discard(): Promise<void>;
}

/**
 * Creates the folder in which a service keeps its data. Root gives it to an unprivileged user; when that user cannot
 * enter the wanted place (a checkout below `/root`, say), a folder under {@link SHARED_STATE_DIR} is used instead.
 *
 * @param wanted the folder; undefined takes a temporary one that {@link ServiceHome.discard} deletes
 * @param onProgress is told when the data goes elsewhere
 */
export async function prepareServiceHome(
  wanted: string | undefined,
  onProgress: (message: string) => void,
): Promise<ServiceHome> {
  const isTemporary = wanted === undefined;
  const dir = isTemporary ? await mkdtemp(join(tmpdir(), 'drivewatch-')) : resolve(wanted);
  const discard = async () => {
    if (isTemporary) await rm(dir, { recursive: true, force: true });
  };
  await mkdir(dir, { recursive: true });
  if (process.getuid?.() !== 0) {
    await refuseForeignOwner(dir);
    await chmod(dir, 0o700);
    return { dir, user: undefined, discard };
  }

  const user = await giveAway(dir);
  if (canUse(user, dir)) return { dir, user, discard };
  const elsewhere = sharedHomeOf(dir);
  onProgress(`${dir} cannot be entered by the unprivileged user that services run as; using ${elsewhere}`);
  await makeOpenFolder(SHARED_STATE_DIR);
  await mkdir(elsewhere, { recursive: true });
  const elsewhereUser = await giveAway(elsewhere);
  return {
    dir: elsewhere,
    user: elsewhereUser,
    discard: () => (isTemporary ? removeAll(dir, elsewhere) : discard()),
  };
}

/**
 * Makes a folder that everybody may enter, even if this program's umask keeps files from others. An existing folder of
 * another user stays as it is, because it may hold the data of a service.
 */
export async function makeOpenFolder(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  const { uid } = await stat(dir);
  if (uid === process.getuid?.()) await chmod(dir, 0o755);
}

/** Returns the folders that may hold a service's data when this one was wanted, see {@link prepareServiceHome}. */
export const possibleHomes = (wanted: string): string[] => [resolve(wanted), sharedHomeOf(resolve(wanted))];

const sharedHomeOf = (dir: string): string =>
  join(SHARED_STATE_DIR, createHash('sha256').update(dir).digest('hex').slice(0, 16));

/** Returns whether a user may enter this folder and write in it. The system decides, since modes are not everything. */
export function canUse(user: ProcessUser, dir: string): boolean {
  return shellTest(user, 'cd "$1" && test -w .', dir);
}

/** Returns whether a user may run this program. */
export function canExecute(user: ProcessUser, file: string): boolean {
  return shellTest(user, 'test -x "$1"', file);
}

/**
 * Returns the service's password, which is made up once and kept in a file that only the service's user may read.
 *
 * @returns 48 hexadecimal digits, safe in URLs and configuration files
 */
export async function readOrCreatePassword({ dir, user }: ServiceHome): Promise<string> {
  const file = passwordFile(dir);
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept !== '') return kept.trim();
  const password = randomBytes(24).toString('hex');
  await writePrivateFile(file, `${password}\n`, user);
  return password;
}

export const passwordFile = (dir: string): string => join(dir, 'password');

/** Writes a file with mode 0600 that belongs to the service's user. */
export async function writePrivateFile(
  file: string,
  text: string,
  user: ProcessUser | undefined,
): Promise<void> {
  await rm(file, { force: true });
  await writeFile(file, text, { mode: 0o600, flag: 'wx' });
  if (user) await chown(file, user.uid, user.gid);
}

/**
 * Gives root's folder to the unprivileged user. A folder of another user stays theirs, and the service runs as them.
 */
async function giveAway(dir: string): Promise<ProcessUser> {
  const { uid, gid } = await stat(dir);
  await chmod(dir, 0o700);
  if (uid !== 0) return { uid, gid };
  await chown(dir, UNPRIVILEGED.uid, UNPRIVILEGED.gid);
  return UNPRIVILEGED;
}

async function refuseForeignOwner(dir: string): Promise<void> {
  const { uid } = await stat(dir);
  if (uid === process.getuid?.()) return;
  throw new Error(`${dir} belongs to another user (was it made by root?): remove it or set DRIVEWATCH_DIR`);
}

function shellTest(user: ProcessUser, script: string, argument: string): boolean {
  const { status } = spawnSync('/bin/sh', ['-c', script, 'sh', argument], {
    cwd: '/',
    stdio: 'ignore',
    ...user,
  });
  return status === 0;
}

async function removeAll(...dirs: readonly string[]): Promise<void> {
  for (const dir of dirs) await rm(dir, { recursive: true, force: true });
}
