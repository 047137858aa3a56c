import { relative, resolve } from 'node:path';
import {
  launcherEnvSchema,
  launcherMigrateEnvSchema,
  type LauncherConfig,
  misspeltSettings,
  parseEnv,
} from '@drivewatch/config';
import { describeMadePrivate, lockDirectory, namedFolderProblem } from '@drivewatch/local-services';
import * as z from 'zod';
import { HELP, parseOptions } from './options';
import { requireFreePort } from './port-check';
import { checkServers } from './service-urls';
import { SampleSummaries } from './sample-summaries';
import { Stack } from './stack';
import { StopRequest } from './stop-request';
import { Terminal } from './terminal';

/** This file is dist/tools/launcher/main.mjs. */
const workspaceRoot = resolve(import.meta.dirname, '../../..');
const program = relative(workspaceRoot, import.meta.filename);
/** Longer than the apps of a launcher that was killed take to stop. */
const TAKE_OVER_MS = 6_000;
const terminal = new Terminal();

/** Others on this machine are to read nothing of what this program and all that it starts put into files. */
process.umask(0o077);

/** @returns the program's exit code */
async function run(): Promise<number> {
  const { command, withDemo } = parseOptions(process.argv.slice(2));
  if (command === 'help') {
    terminal.print(HELP);
    return 0;
  }
  for (const warning of misspeltSettings()) terminal.print(`! ${warning}`);
  // Before anything is created, changed or started: all that any part of it would refuse to start with.
  const config = command === 'migrate' ? migrateConfig() : parseEnv(launcherEnvSchema);
  await checkServers(command === 'migrate' ? { DATABASE_URL: config.DATABASE_URL } : config, terminal);
  const dataDir = resolve(workspaceRoot, config.DRIVEWATCH_DIR);
  const stop = new StopRequest(process);

  const lock = await lockDirectory(dataDir, program);
  const madePrivate = describeMadePrivate(dataDir, lock);
  if (madePrivate !== undefined) terminal.print(madePrivate);
  const env = parseEnv(z.record(z.string(), z.string()));
  const stack = new Stack({ config, workspaceRoot, dataDir, env, terminal });
  const summaries = new SampleSummaries({
    ...{ config, workspaceRoot, dataDir, env },
    print: (line) => {
      terminal.print(line);
    },
    pageUrl: `${publicUrl(config)}summary`,
  });
  stop.onForce(() => {
    stack.kill();
    summaries.kill();
    // What is left is ended by its guard when this process is gone.
    process.exit(130);
  });

  try {
    if (command === 'migrate') {
      await stack.startDatabase(stop.signal);
      return 0;
    }
    await requireFreePort(config.HOST, config.PORT, lock.tookOver ? TAKE_OVER_MS : 0);
    await stack.start({ withDemo, signal: stop.signal });
    terminal.print(`\nDrivewatch runs at ${publicUrl(config)} (Ctrl-C stops it)`);
    if (withDemo) summaries.begin();
    await stop.requested;
  } catch (error) {
    // A wait that was cut short by the request itself is no failure.
    if (!stop.signal.aborted) throw namedFolderProblem(error, dataDir) ?? error;
  } finally {
    if (stop.signal.aborted) terminal.print('\nStopping…');
    await Promise.all([summaries.stop(), stack.stop()]);
    await lock.release();
  }
  return 0;
}

/** Migrating takes two settings; the others stay as they are by themselves, whatever the environment says. */
const migrateConfig = (): LauncherConfig => ({
  ...parseEnv(launcherEnvSchema, {}),
  ...parseEnv(launcherMigrateEnvSchema),
});

/** @param config whose HOST may be an address of this machine alone, or a wildcard */
function publicUrl({ HOST, PORT }: LauncherConfig): string {
  const isLocal = ['127.0.0.1', '::1', '0.0.0.0', '::', 'localhost'].includes(HOST);
  const host = isLocal ? 'localhost' : HOST.includes(':') ? `[${HOST}]` : HOST;
  return `http://${host}:${PORT}/`;
}

try {
  process.exit(await run());
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
