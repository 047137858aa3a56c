/** `npm start`: installs and builds what is missing, then hands over to the launcher. */
import { join } from 'node:path';
import { ensureProgram, SYSTEM_PROGRAMS } from '../../../libs/local-services/src/process/system-programs.mjs';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { projectNode, workspaceRoot } from './paths.mjs';
import { runInForeground } from './run-command.mjs';
import { projectEnv, runScript } from './script.mjs';

await runScript(async () => {
  await Promise.all([ensureInstalled({ tier: 'start' }), ensureRedis()]);
  await ensureBuilt(['launcher', 'api', 'consumer', 'dashboard', 'simulator', 'cli', 'spark-submit']);
  const launcher = join(workspaceRoot, 'dist/tools/launcher/main.mjs');
  return runInForeground(projectNode, [launcher, ...process.argv.slice(2)], { env: projectEnv() });
});

/**
 * Installs Redis along with the packages, since it is a download, too. If it cannot be installed, the launcher says
 * what to do.
 */
async function ensureRedis() {
  if (process.env.REDIS_URL) return;
  await ensureProgram(SYSTEM_PROGRAMS.redis, (message) => console.log(message)).catch(() => undefined);
}
