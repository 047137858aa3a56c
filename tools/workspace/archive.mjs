/** `npm run archive`: writes what is new to the bucket of records, now. `npm run after-restore` passes `--after-restore`. */
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { projectNode, workspaceRoot } from './paths.mjs';
import { runInForeground } from './run-command.mjs';
import { projectEnv, runScript } from './script.mjs';

await runScript(async () => {
  await ensureInstalled({ tier: 'start' });
  await ensureBuilt(['archive']);
  const archive = join(workspaceRoot, 'dist/tools/archive/main.mjs');
  return runInForeground(projectNode, [archive, ...process.argv.slice(2)], { env: projectEnv() });
});
