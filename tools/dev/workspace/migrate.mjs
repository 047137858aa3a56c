/** `npm run migrate`: brings the schema of DATABASE_URL, or of the launcher's own PostgreSQL, up to date. */
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { projectNode, workspaceRoot } from './paths.mjs';
import { runInForeground } from './run-command.mjs';
import { projectEnv, runScript } from './script.mjs';

await runScript(async () => {
  await ensureInstalled({ tier: 'start' });
  await ensureBuilt(['launcher']);
  const launcher = join(workspaceRoot, 'dist/tools/launcher/main.mjs');
  return runInForeground(projectNode, [launcher, 'migrate', ...process.argv.slice(2)], { env: projectEnv() });
});
