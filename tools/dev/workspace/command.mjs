/**
 * Runs `npm run keys`, `npm run archive` and the operator's other commands; the first argument is the command's name.
 */
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { projectNode, workspaceRoot } from './paths.mjs';
import { runInForeground } from './run-command.mjs';
import { projectEnv, runScript } from './script.mjs';

const [name] = process.argv.slice(2);

await runScript(async () => {
  await ensureInstalled({ tier: 'start' });
  await ensureBuilt(name === 'publish-assets' ? ['cli', 'dashboard'] : ['cli']);
  const cli = join(workspaceRoot, 'dist/tools/cli/main.mjs');
  return runInForeground(projectNode, [cli, ...process.argv.slice(2)], { env: projectEnv() });
});
