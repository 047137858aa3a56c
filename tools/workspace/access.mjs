/** `npm run keys`, `npm run users`, `npm run drivers`, `npm run audit`: who may send, sign in, is shown, and did what. The first argument says which. */
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { projectNode, workspaceRoot } from './paths.mjs';
import { runInForeground } from './run-command.mjs';
import { projectEnv, runScript } from './script.mjs';

await runScript(async () => {
  await ensureInstalled({ tier: 'start' });
  await ensureBuilt(['access-cli']);
  const access = join(workspaceRoot, 'dist/tools/access/main.mjs');
  return runInForeground(projectNode, [access, ...process.argv.slice(2)], { env: projectEnv() });
});
