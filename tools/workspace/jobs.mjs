/** `npm run jobs`: lists and shows the jobs that have failed, has them run again, or takes them out. */
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { projectNode, workspaceRoot } from './paths.mjs';
import { runInForeground } from './run-command.mjs';
import { projectEnv, runScript } from './script.mjs';

await runScript(async () => {
  await ensureInstalled({ tier: 'start' });
  await ensureBuilt(['jobs']);
  const jobs = join(workspaceRoot, 'dist/tools/jobs/main.mjs');
  return runInForeground(projectNode, [jobs, ...process.argv.slice(2)], { env: projectEnv() });
});
