/** Builds programs through nx, which does nothing for those that have not changed. */
import { performance } from 'node:perf_hooks';
import { clearTimeout, setTimeout } from 'node:timers';
import { nxProgram, projectNode } from './paths.mjs';
import { runQuietly } from './run-command.mjs';
import { projectEnv, ScriptError } from './script.mjs';

/** A build that takes longer is reported. */
const SLOW_MS = 2000;

/**
 * @param {readonly string[]} projects names of nx projects
 * @throws ScriptError with the compiler's output
 */
export async function ensureBuilt(projects) {
  const args = [nxProgram, 'run-many', '--target=build', `--projects=${projects.join(',')}`];
  const startedAt = performance.now();
  const slow = setTimeout(() => console.log('Building what has changed…'), SLOW_MS);
  const { ok, output } = await runQuietly(projectNode, [...args, '--output-style=static'], projectEnv());
  clearTimeout(slow);
  const ms = performance.now() - startedAt;
  if (ms > SLOW_MS) console.log(`Build: ${Math.round(ms / 1000)} s`);
  if (!ok) throw new ScriptError(`The build failed:\n${output.trim()}`);
}
