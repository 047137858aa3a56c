/** What the scripts behind `npm start`, `npm test` and `npm run …` have in common. */
import { join } from 'node:path';
import { packagesDir } from './paths.mjs';

/** A failure that is reported in one line, without a stack. */
export class ScriptError extends Error {}

const MIN_NODE = [20, 19];
const MIN_NPM = 10;

/** @param {string} version of Node @param {readonly [number, number]} limit major and minor number */
export function isOlder(version, [minMajor, minMinor]) {
  const [major, minor] = version.split('.').map(Number);
  return major < minMajor || (major === minMajor && minor < minMinor);
}

/** @throws ScriptError naming the version that is too old */
export function checkVersions(
  nodeVersion = process.versions.node,
  userAgent = process.env.npm_config_user_agent,
) {
  if (isOlder(nodeVersion, MIN_NODE)) {
    throw new ScriptError(`Node ${nodeVersion} is too old: Drivewatch needs ${MIN_NODE.join('.')} or newer`);
  }
  const npm = /\bnpm\/(\d+)(\S*)/.exec(userAgent || '');
  if (npm && Number(npm[1]) < MIN_NPM) {
    throw new ScriptError(`npm ${npm[1]}${npm[2]} is too old: Drivewatch needs ${MIN_NPM} or newer`);
  }
}

/** Returns the environment for everything that the scripts start: the project's own Node comes first. */
export function projectEnv(extra = {}) {
  const path = `${join(packagesDir, '.bin')}:${process.env.PATH || ''}`;
  return { ...process.env, PATH: path, NX_DAEMON: 'false', ...extra };
}

/** Runs a script's work, and turns what it throws into one line and exit code 1. */
export async function runScript(work) {
  try {
    checkVersions();
    process.exitCode = await work();
  } catch (error) {
    console.error(`✗ ${error instanceof ScriptError ? error.message : error.stack || error}`);
    process.exitCode = 1;
  }
}
