/** `npm start`: installs and builds what is missing, then hands over to the launcher. */
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { projectNode, workspaceRoot } from './paths.mjs';
import { runInForeground } from './run-command.mjs';
import { projectEnv, runScript } from './script.mjs';

await runScript(async () => {
  await ensureInstalled({ tier: 'start' });
  await ensureBuilt(['launcher', 'api', 'consumer', 'dashboard', 'simulator', 'importer', 'spark-submit']);
  const launcher = join(workspaceRoot, 'dist/tools/launcher/main.mjs');
  return runInForeground(projectNode, [launcher, ...process.argv.slice(2)], { env: projectEnv() });
});
