/** Installs the packages when they are missing or not the ones that the lock file names. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { packagesDir, projectNode, workspaceRoot } from './paths.mjs';
import { runQuietly } from './run-command.mjs';
import { ScriptError } from './script.mjs';

/** @throws ScriptError with npm's output when the installation fails */
export async function ensureInstalled() {
  if (await isInstalled()) return;
  console.log('Installing packages (about a minute, first time only)…');
  const { ok, output } = await runQuietly(
    'npm',
    ['ci', '--include=dev', '--no-audit', '--no-fund'],
    npmEnv(),
  );
  if (!ok) throw new ScriptError(`npm ci failed:\n${output.trim()}`);
  if (!existsSync(projectNode)) {
    throw new ScriptError(
      `${projectNode} is missing: npm did not run the install script of the package "node"; unset ignore-scripts in npm's configuration and remove node_modules`,
    );
  }
}

/** Whether node_modules holds exactly what the lock file asks for; npm writes its own record of that last of all. */
async function isInstalled() {
  if (!existsSync(projectNode)) return false;
  const installed = await readPackages(join(packagesDir, '.package-lock.json'));
  const wanted = await readPackages(join(workspaceRoot, 'package-lock.json'));
  return installed !== null && wanted !== null && isUpToDate(wanted, installed);
}

/**
 * Compares the packages of a lock file with those of npm's record in node_modules. Packages for other platforms are
 * in the one only.
 */
export function isUpToDate(wanted, installed) {
  const isSame = (path) =>
    path in wanted &&
    wanted[path].version === installed[path].version &&
    wanted[path].integrity === installed[path].integrity;
  const isNeeded = (path) => path !== '' && !wanted[path].optional && !wanted[path].devOptional;
  return (
    Object.keys(installed).every(isSame) &&
    Object.keys(wanted).every((path) => !isNeeded(path) || path in installed)
  );
}

async function readPackages(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8')).packages;
  } catch {
    return null;
  }
}

/** Settings of the npm that runs the script which are about that run, and would change what gets installed. */
const OUTER_RUN =
  /^npm_(lifecycle|package|command|config_(dry_run|ignore_scripts|include|omit|only|production|workspaces?|global|location|prefix|local_prefix|package_lock|package_lock_only|if_present|script_shell))/i;

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv} without the outer npm's settings, and with the system's Node: the packages are about to be replaced
 */
export function npmEnv(env = process.env) {
  const kept = Object.entries(env).filter(([name]) => !OUTER_RUN.test(name) && name !== 'NODE_ENV');
  const path = (env.PATH || '')
    .split(delimiter)
    .filter((folder) => !folder.endsWith(join('node_modules', '.bin')))
    .join(delimiter);
  return { ...Object.fromEntries(kept), PATH: path };
}
