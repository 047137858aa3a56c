import { execFile } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createTemporaryServicesDir, freePort } from '@drivewatch/local-services';
import { AppProcess, type Stack } from '@drivewatch/testing';

/**
 * Each is the last commit before the named migrations, and is built with today's packages. A version that no
 * installation is upgraded from any more may go, and one that needs packages which are gone has to.
 */
export const VERSIONS_BEFORE = [
  { migrations: 'AddLiveKeys', commit: 'b827d4d1f9fc1f688a0cf7545fb32c7af6910bed' },
] as const;

/** The script that bundles a program, relative to the root of a version. */
const BUILD_SCRIPT = 'tools/dev/workspace/build-node.mjs';

const run = promisify(execFile);

/** The apps of an earlier version, built as that version builds them, from the history of this checkout. */
export class VersionBefore {
  private constructor(
    private readonly dir: string,
    readonly remove: () => Promise<void>,
  ) {}

  /** @throws Error if the checkout does not have the commit, as in a shallow clone */
  static async build(commit: string): Promise<VersionBefore> {
    const temporary = await createTemporaryServicesDir();
    const dir = join(temporary.dir, 'before');
    await mkdir(dir);
    await run('sh', ['-c', `git archive ${commit} | tar -x -C "$1"`, 'sh', dir]);
    await symlink(resolve('node_modules'), join(dir, 'node_modules'));
    for (const app of ['api', 'consumer'])
      await run(process.execPath, [BUILD_SCRIPT, `apps/${app}/src/main.ts`, `dist/apps/${app}`], {
        cwd: dir,
      });
    return new VersionBefore(dir, () => temporary.remove());
  }

  /** @param env settings besides those that let it work beside the stack */
  async startApi(
    stack: Stack,
    env: Readonly<Record<string, string>> = {},
  ): Promise<{ url: string; process: AppProcess }> {
    const port = await freePort();
    const process = await this.start('api', { ...envOf(stack), ...env, PORT: String(port) }, 'API listens');
    return { url: `http://127.0.0.1:${port}`, process };
  }

  startConsumer(stack: Stack): Promise<AppProcess> {
    return this.start('consumer', envOf(stack), 'Consumer waits');
  }

  private start(app: string, env: Record<string, string>, readyText: string): Promise<AppProcess> {
    return AppProcess.start(join(this.dir, `dist/apps/${app}/main.mjs`), env, readyText);
  }
}

const envOf = (stack: Stack): Record<string, string> => ({
  DATABASE_URL: stack.databaseUrl,
  REDIS_URL: stack.redisUrl,
  TICK_SECONDS: '1',
  RECORDS_BUCKET: `file://${stack.recordsFolder}`,
  PUBLIC_BUCKET: `file://${stack.publicFolder}`,
  ARCHIVE_EVERY: '1s',
  DASHBOARD_DIR: 'libs/testing/stand-in-page',
});
