/** Builds programs through nx, which does nothing for those that have not changed. */
import { clearTimeout, setTimeout } from 'node:timers';
import { nxProgram, projectNode } from './paths.mjs';
import { runQuietly } from './run-command.mjs';
import { projectEnv, ScriptError } from './script.mjs';

/**
 * @param {readonly string[]} projects names of nx projects
 * @throws ScriptError with the compiler's output
 */
export async function ensureBuilt(projects) {
  const args = [nxProgram, 'run-many', '--target=build', `--projects=${projects.join(',')}`];
  const slow = setTimeout(() => console.log('Building what has changed…'), 2000);
  const { ok, output } = await runQuietly(projectNode, [...args, '--output-style=static'], projectEnv());
  clearTimeout(slow);
  if (!ok) throw new ScriptError(`The build failed:\n${output.trim()}`);
}
