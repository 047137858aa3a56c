/**
 * Installs the packages when they are missing or differ from the lock file: either what starting needs
 * (`dependencies`), or everything, including tests, documents and deployment.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { nodePackage, packagesDir, projectNode, workspaceRoot } from './paths.mjs';
import { runQuietly } from './run-command.mjs';
import { isOlder, ScriptError } from './script.mjs';

const NPM_OPTIONS = ['--no-audit', '--no-fund'];
/** With an older Node, Jest cannot load packages that consist of ES modules. */
const MIN_PROJECT_NODE = [24, 9];

/**
 * @param {{ tier?: 'start' | 'all' }} [options] `start`: what `npm start` needs; further packages are left where they
 * are
 * @throws ScriptError with npm's output when the installation fails
 */
export async function ensureInstalled({ tier = 'all' } = {}) {
  const has = await installed();
  if (!has[tier]) {
    console.log(
      has.start ? 'Installing the packages of tests and tools…' : 'Installing packages (first time only)…',
    );
    const startedAt = performance.now();
    const { ok, output } = await runQuietly('npm', [...npmCommand(has, tier), ...NPM_OPTIONS], npmEnv());
    if (!ok) throw new ScriptError(`npm failed:\n${output.trim()}`);
    console.log(`Packages: ${Math.round((performance.now() - startedAt) / 1000)} s`);
  }
  checkProjectNode();
}

/** Adds what is missing if the packages of `npm start` are right, else installs all anew. The lock file stays as it is. */
const npmCommand = (has, tier) =>
  tier === 'all' && has.start
    ? ['install', '--no-save', '--include=dev']
    : ['ci', tier === 'all' ? '--include=dev' : '--omit=dev'];

function checkProjectNode() {
  if (nodePackage === null) {
    if (!isOlder(process.versions.node, MIN_PROJECT_NODE)) return;
    throw new ScriptError(
      `No Node ${MIN_PROJECT_NODE[0]} comes as a package for ${process.platform}-${process.arch}: install Node ${MIN_PROJECT_NODE.join('.')} or newer`,
    );
  }
  if (existsSync(projectNode)) return;
  throw new ScriptError(
    `${projectNode} is missing: npm was told to leave optional packages out; unset that in npm's configuration (omit) and remove node_modules`,
  );
}

/**
 * Returns what node_modules holds, if it is exactly what the lock file asks for; npm writes its own record of that at
 * the very end.
 */
async function installed() {
  const none = { start: false, all: false };
  if (nodePackage !== null && !existsSync(projectNode)) return none;
  const there = await readPackages(join(packagesDir, '.package-lock.json'));
  const wanted = await readPackages(join(workspaceRoot, 'package-lock.json'));
  if (there === null || wanted === null) return none;
  return { start: isUpToDate(wanted, there, 'start'), all: isUpToDate(wanted, there, 'all') };
}

/**
 * Compares the packages of a lock file with those of npm's record in node_modules. Packages for other platforms are
 * only in the lock file.
 *
 * @param {'start' | 'all'} tier what must be there; more may be
 */
export function isUpToDate(wanted, there, tier) {
  const isSame = (path) =>
    path in wanted &&
    wanted[path].version === there[path].version &&
    wanted[path].integrity === there[path].integrity;
  const isNeeded = (path) =>
    path !== '' &&
    !wanted[path].optional &&
    !wanted[path].devOptional &&
    !(tier === 'start' && wanted[path].dev);
  return (
    Object.keys(there).every(isSame) && Object.keys(wanted).every((path) => !isNeeded(path) || path in there)
  );
}

async function readPackages(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8')).packages;
  } catch {
    return null;
  }
}

/** Settings of the npm that runs the script which concern that run only, and would change what gets installed. */
const OUTER_RUN =
  /^npm_(lifecycle|package|command|config_(dry_run|ignore_scripts|include|omit|only|production|workspaces?|global|location|prefix|local_prefix|package_lock|package_lock_only|if_present|script_shell))/i;

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv} without the outer npm's settings, and with the system's Node: the packages are about to
 * be replaced
 */
export function npmEnv(env = process.env) {
  const kept = Object.entries(env).filter(([name]) => !OUTER_RUN.test(name) && name !== 'NODE_ENV');
  const path = (env.PATH || '')
    .split(delimiter)
    .filter((folder) => !folder.endsWith(join('node_modules', '.bin')))
    .join(delimiter);
  return { ...Object.fromEntries(kept), PATH: path };
}
