/**
 * Finds programs that no npm package carries. It is plain JavaScript on Node's built-in modules, because the
 * workspace's scripts use it too, before any package is installed.
 */
import { execFile } from 'node:child_process';
import { access, constants, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Debian puts servers where the PATH of users does not look, and each version of PostgreSQL in a folder of its own. */
const SERVER_FOLDERS = [
  '/usr/sbin',
  ...[18, 17, 16, 15, 14].map((version) => `/usr/lib/postgresql/${version}/bin`),
];

/** The programs this project needs; `names` in order of preference. */
export const SYSTEM_PROGRAMS = {
  redis: {
    title: 'Redis',
    names: ['redis-server', 'valkey-server'],
    debianPackage: 'redis-server',
    howToInstall:
      'install redis-server or valkey-server (Debian, Ubuntu: sudo apt-get install redis-server; macOS: brew install redis)',
  },
  chromium: {
    title: 'Chromium',
    // The shell is the same browser without windows, and needs little more than half the processor time.
    names: ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'],
    debianPackage: 'chromium-headless-shell',
    howToInstall: 'install Chromium (Debian: sudo apt-get install chromium-headless-shell)',
  },
  nginx: {
    title: 'nginx',
    names: ['nginx'],
    debianPackage: 'nginx',
    howToInstall: 'install nginx (Debian, Ubuntu: sudo apt-get install nginx; macOS: brew install nginx)',
  },
  prometheus: {
    title: 'Prometheus',
    names: ['prometheus'],
    debianPackage: 'prometheus',
    howToInstall:
      'install Prometheus (Debian, Ubuntu: sudo apt-get install prometheus; macOS: brew install prometheus)',
  },
  // This one includes pg_dump, which the server of the npm package lacks.
  postgres: {
    title: 'PostgreSQL with its tools',
    names: ['initdb'],
    debianPackage: 'postgresql',
    howToInstall:
      'install PostgreSQL (Debian, Ubuntu: sudo apt-get install postgresql; macOS: brew install postgresql@17)',
  },
};

/**
 * Finds the absolute path of the first of these programs on the PATH.
 *
 * @param {readonly string[]} names
 * @param {string} searchPath folders to look in, as in the variable PATH
 * @returns {Promise<string | undefined>}
 */
export async function findProgram(
  names,
  searchPath = [process.env.PATH ?? '', ...SERVER_FOLDERS].join(delimiter),
) {
  for (const name of names) {
    for (const folder of searchPath.split(delimiter).filter(Boolean)) {
      const file = join(folder, name);
      if (await isExecutable(file)) return file;
    }
  }
  return undefined;
}

/**
 * Finds a program, and installs its Debian package first when it is missing and this is root on Debian.
 *
 * @param {import('./system-programs.mjs').SystemProgram} program
 * @param {(message: string) => void} onProgress is told when something is installed
 * @returns {Promise<string>} the program's absolute path
 * @throws Error, one line that says what to install
 */
export async function ensureProgram(program, onProgress = () => undefined) {
  const found = await findProgram(program.names);
  if (found) return found;
  const missing = `${program.title} is missing: ${program.howToInstall}`;
  if (process.getuid?.() !== 0 || !(await findProgram(['apt-get']))) throw new Error(missing);
  onProgress(`Installing Debian's package ${program.debianPackage}…`);
  try {
    await installDebianPackage(program.debianPackage);
  } catch (cause) {
    const reason = String(cause.stderr ?? cause.message).trim();
    throw new Error(`${missing}; apt-get failed: ${reason.split('\n').at(-1)}`, { cause });
  }
  const installed = await findProgram(program.names);
  if (!installed) throw new Error(missing);
  return installed;
}

async function isExecutable(file) {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

const POLICY_FILE = '/usr/sbin/policy-rc.d';
const POLICY =
  '#!/bin/sh\n# Installed for a moment: keeps a new package from starting its service.\nexit 101\n';

/** @param {string} name */
async function installDebianPackage(name) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, maxBuffer: 64 * 1024 * 1024 };
  const apt = ['-q', '-o', 'DPkg::Lock::Timeout=120'];
  const hasOwnPolicy = await readFile(POLICY_FILE).then(
    () => true,
    () => false,
  );
  if (!hasOwnPolicy) await writeFile(POLICY_FILE, POLICY, { mode: 0o755 });
  try {
    await run('apt-get', [...apt, 'update'], options);
    await run('apt-get', [...apt, 'install', '-y', '--no-install-recommends', name], options);
  } finally {
    if (!hasOwnPolicy) await rm(POLICY_FILE, { force: true });
  }
}
