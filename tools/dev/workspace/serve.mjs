/**
 * `node tools/dev/workspace/serve.mjs api|consumer`: builds the app, runs it on services of its own, and repeats both
 * after every change of a source. The program is next to those of the ordinary build, which `npm start` and tests run.
 */
import { join } from 'node:path';
import { context } from 'esbuild';
import { nodeBundle } from './node-bundle.mjs';
import { projectNode, workspaceRoot } from './paths.mjs';
import { runInForeground } from './run-command.mjs';
import { projectEnv, runScript, ScriptError } from './script.mjs';

await runScript(async () => {
  const [app] = process.argv.slice(2);
  const outdir = `dist/serve/${app}`;
  const builder = await context({
    ...nodeBundle({ entry: `apps/${app}/src/main.ts`, outdir }),
    absWorkingDir: workspaceRoot,
    logLevel: 'info',
  });
  try {
    await builder.rebuild().catch(() => {
      throw new ScriptError('The build failed');
    });
    await builder.watch();
    const launcher = join(workspaceRoot, 'dist/tools/launcher/serve/main.mjs');
    return await runInForeground(projectNode, [launcher, app, join(outdir, 'main.mjs')], {
      env: projectEnv(),
    });
  } finally {
    await builder.dispose();
  }
});
