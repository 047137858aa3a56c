/** `npm run aws`: Drivewatch on AWS: prints templates, shows what would change, or deploys. */
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { projectNode, workspaceRoot } from './paths.mjs';
import { runInForeground } from './run-command.mjs';
import { projectEnv, runScript } from './script.mjs';

await runScript(async () => {
  await ensureInstalled();
  const isDeployed = process.argv.includes('deploy');
  await ensureBuilt(isDeployed ? ['aws', 'dashboard', 'cli'] : ['aws']);
  const aws = join(workspaceRoot, 'dist/tools/aws/main.mjs');
  return runInForeground(projectNode, [aws, ...process.argv.slice(2)], { env: projectEnv() });
});
