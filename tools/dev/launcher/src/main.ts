import { relative, resolve } from 'node:path';
import { EXIT, tellOfCommandLine } from '@drivewatch/config/command-line';
import { misspeltSettings, parseEnv } from '@drivewatch/config';
import { describeMadePrivate, lockDirectory, namedFolderProblem } from '@drivewatch/local-services';
import * as z from 'zod';
import { parseOptions } from './options';
import { requireFreePort } from './port-check';
import { checkServers } from './service-urls';
import { SampleSummaries } from './sample-summaries';
import { launcherEnvSchema, launcherMigrateEnvSchema, type LauncherConfig } from './settings';
import { Stack } from './stack';
import { StopRequest } from './stop-request';
import { Terminal } from './terminal';

/** This file is dist/tools/launcher/main.mjs. */
const workspaceRoot = resolve(import.meta.dirname, '../../..');
const program = relative(workspaceRoot, import.meta.filename);
/** Longer than the apps of a killed launcher take to stop. */
const TAKE_OVER_MS = 6_000;
const terminal = new Terminal();

/** Other users of this machine must not be able to read the files that this program and everything it starts write. */
process.umask(0o077);

/** @returns the program's exit code */
async function run(): Promise<number> {
  const { command, withDemo } = parseOptions(process.argv.slice(2));
  for (const warning of misspeltSettings()) terminal.print(`! ${warning}`);
  // This comes before anything is created, changed or started: it finds everything that any part would refuse to start
  // with.
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
    config,
    workspaceRoot,
    dataDir,
    env,
    print: (line) => {
      terminal.print(line);
    },
    pageUrl: `${publicUrl(config)}summary`,
  });
  stop.onForce(() => {
    stack.kill();
    summaries.kill();
    // When this process is gone, the guards end whatever still runs.
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
    // A wait that the stop request itself cut short is not a failure.
    if (!stop.signal.aborted) throw namedFolderProblem(error, dataDir) ?? error;
  } finally {
    if (stop.signal.aborted) terminal.print('\nStopping…');
    await Promise.all([summaries.stop(), stack.stop()]);
    await lock.release();
  }
  return 0;
}

/**
 * Returns a configuration for migrating, which needs two settings; the others keep their defaults, whatever the
 * environment says.
 */
const migrateConfig = (): LauncherConfig => ({
  ...parseEnv(launcherEnvSchema, {}),
  ...parseEnv(launcherMigrateEnvSchema),
});

/** @param config its HOST may be an address of this machine alone, or a wildcard */
function publicUrl({ HOST, PORT }: LauncherConfig): string {
  const isLocal = ['127.0.0.1', '::1', '0.0.0.0', '::', 'localhost'].includes(HOST);
  const host = isLocal ? 'localhost' : HOST.includes(':') ? `[${HOST}]` : HOST;
  return `http://${host}:${PORT}/`;
}

try {
  process.exit(await run());
} catch (error) {
  const told = tellOfCommandLine(error, process);
  if (told !== undefined) process.exit(told === EXIT.done ? EXIT.done : EXIT.failed);
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
