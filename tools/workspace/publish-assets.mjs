/** `npm run publish-assets`: puts the built dashboard's files into PUBLIC_BUCKET, for a CDN to serve them. */
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { projectNode, workspaceRoot } from './paths.mjs';
import { runInForeground } from './run-command.mjs';
import { projectEnv, runScript } from './script.mjs';

await runScript(async () => {
  await ensureInstalled({ tier: 'start' });
  await ensureBuilt(['dashboard', 'publish-assets']);
  const publisher = join(workspaceRoot, 'dist/tools/publish-assets/main.mjs');
  return runInForeground(projectNode, [publisher, ...process.argv.slice(2)], { env: projectEnv() });
});
