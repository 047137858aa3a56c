/** `npm run import -- FILE…`: puts detail-record files into the bucket of records. */
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { projectNode, workspaceRoot } from './paths.mjs';
import { runInForeground } from './run-command.mjs';
import { projectEnv, runScript } from './script.mjs';

await runScript(async () => {
  await ensureInstalled({ tier: 'start' });
  await ensureBuilt(['importer']);
  const importer = join(workspaceRoot, 'dist/tools/importer/main.mjs');
  return runInForeground(projectNode, [importer, ...process.argv.slice(2)], { env: projectEnv() });
});
