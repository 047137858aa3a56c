/** `npm run replay -- FILE…`: posts recorded driving data to a running API. */
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { projectNode, workspaceRoot } from './paths.mjs';
import { runInForeground } from './run-command.mjs';
import { projectEnv, runScript } from './script.mjs';

await runScript(async () => {
  await ensureInstalled({ tier: 'start' });
  await ensureBuilt(['replayer']);
  const replayer = join(workspaceRoot, 'dist/tools/replayer/main.mjs');
  return runInForeground(projectNode, [replayer, ...process.argv.slice(2)], {
    // npm runs scripts in the package's folder; the file names on the command line are relative to the caller's.
    cwd: process.env.INIT_CWD || process.cwd(),
    env: projectEnv(),
  });
});
