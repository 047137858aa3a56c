/**
 * `nx run system-tests:cases`: runs inputs that practitioners have sent, each against a started system. They are not
 * part of the project: CASES_DIR names their folder, or they are next to the checkout; without them, nothing runs.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { projectNode, workspaceRoot } from './paths.mjs';
import { runInForeground } from './run-command.mjs';
import { projectEnv, runScript, ScriptError } from './script.mjs';

const BESIDE = join(workspaceRoot, '../shared/cases');
const PROJECT = 'system-tests';
const BUILT = ['api', 'consumer', 'dashboard', 'cli', 'spark-submit'];

await runScript(async () => {
  const named = process.env.CASES_DIR || undefined;
  const folder = named === undefined ? BESIDE : resolve(workspaceRoot, named);
  if (!existsSync(folder)) {
    if (named !== undefined) throw new ScriptError(`CASES_DIR is ${named}, and there is no such folder`);
    console.log('No cases: CASES_DIR names no folder, and ../shared/cases is not there');
    return 0;
  }
  await ensureBuilt(BUILT);
  const jest = [
    'tools/dev/workspace/jest.mjs',
    'cases',
    PROJECT,
    'tools/checks/system',
    ...process.argv.slice(2),
  ];
  return runInForeground(projectNode, jest, { cwd: workspaceRoot, env: projectEnv({ CASES_DIR: folder }) });
});
