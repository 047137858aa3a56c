/** `npm run backup` and `npm run restore`, which pass their name: all of Drivewatch's data to a folder, and back. */
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { projectNode, workspaceRoot } from './paths.mjs';
import { runInForeground } from './run-command.mjs';
import { projectEnv, runScript } from './script.mjs';

await runScript(async () => {
  await ensureInstalled({ tier: 'start' });
  await ensureBuilt(['backup']);
  const backup = join(workspaceRoot, 'dist/tools/backup/main.mjs');
  return runInForeground(projectNode, [backup, ...process.argv.slice(2)], { env: projectEnv() });
});
