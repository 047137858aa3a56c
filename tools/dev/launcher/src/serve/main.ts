/**
 * `node dist/tools/launcher/serve/main.mjs api|consumer PROGRAM`: runs an app that somebody is working on, and restarts
 * it whenever its program has been built anew. It starts PostgreSQL and Redis as well, unless the environment names
 * others.
 */
import { relative, resolve } from 'node:path';
import { misspeltSettings, parseEnv } from '@drivewatch/config';
import { LAUNCHERS_POSTGRES, LAUNCHERS_REDIS, spawnGuarded } from '@drivewatch/local-services';
import { migrate } from '@drivewatch/persistence';
import * as z from 'zod';
import { requireFreePort } from '../port-check';
import { checkServers } from '../service-urls';
import { launcherEnvSchema, type LauncherConfig } from '../settings';
import { StopRequest } from '../stop-request';
import { Terminal } from '../terminal';
import { SharedServices } from './shared-services';

/** This file is dist/tools/launcher/serve/main.mjs. */
const workspaceRoot = resolve(import.meta.dirname, '../../../..');
const terminal = new Terminal();
/** The ports where debuggers find the apps; .vscode/launch.json uses them, too. */
const INSPECTOR_PORTS: Readonly<Record<string, number>> = { api: 9229, consumer: 9230 };
/** The apps promise to have ended within this time. */
const STOP_LIMIT_MS = 10_000;

/** Other users of this machine must not be able to read the files that this program and everything it starts write. */
process.umask(0o077);

/** @returns the program's exit code */
async function run([app = '', script = '']: readonly string[]): Promise<number> {
  const inspectorPort = INSPECTOR_PORTS[app];
  if (inspectorPort === undefined || script === '') throw new Error('Say which app: api or consumer');
  for (const warning of misspeltSettings()) terminal.print(`! ${warning}`);
  const config = parseEnv(launcherEnvSchema);
  await checkServers(config, terminal);
  if (app === 'api') await requireFreePort(config.HOST, config.PORT);
  const stop = new StopRequest(process);
  const services = servicesFor(config);
  try {
    const settings = await openServices(services, config, stop.signal);
    stop.signal.throwIfAborted();
    const running = await spawnGuarded({
      command: process.execPath,
      args: [
        '--watch',
        '--watch-preserve-output',
        '--enable-source-maps',
        `--inspect=127.0.0.1:${inspectorPort}`,
        script,
      ],
      cwd: workspaceRoot,
      env: { ...parseEnv(z.record(z.string(), z.string())), ...settings },
      output: ['inherit', 'inherit'],
      stopSignal: 'SIGTERM',
      stopLimitMs: STOP_LIMIT_MS,
    });
    stop.onForce(() => {
      running.kill('SIGKILL');
      process.exit(130);
    });
    await Promise.race([stop.requested, running.exited]);
    await running.stop();
  } catch (error) {
    // A wait that the stop request itself cut short is not a failure.
    if (!stop.signal.aborted) throw error;
  } finally {
    await services.close();
  }
  return 0;
}

function servicesFor({ DATABASE_URL, REDIS_URL, DRIVEWATCH_DIR }: LauncherConfig): SharedServices {
  return new SharedServices({
    services: [
      ...(DATABASE_URL === undefined ? [LAUNCHERS_POSTGRES] : []),
      ...(REDIS_URL === undefined ? [LAUNCHERS_REDIS] : []),
    ],
    dataDir: resolve(workspaceRoot, DRIVEWATCH_DIR),
    program: relative(workspaceRoot, import.meta.filename),
    print: (line) => {
      terminal.print(line);
    },
  });
}

/** @returns the environment of the app, with the schema up to date */
async function openServices(
  services: SharedServices,
  config: LauncherConfig,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const urls = await services.open(signal);
  const databaseUrl = config.DATABASE_URL ?? urls[0] ?? '';
  const applied = await migrate(databaseUrl, (message) => {
    terminal.print(`! ${message}`);
  });
  if (applied.length > 0) terminal.print(`Database schema: ${applied.join(', ')}`);
  return {
    DATABASE_URL: databaseUrl,
    REDIS_URL: config.REDIS_URL ?? urls.at(-1) ?? '',
    DRIVEWATCH_DIR: resolve(workspaceRoot, config.DRIVEWATCH_DIR),
    // The page being worked on comes from Angular's development server; the API would show that of the last build.
    DASHBOARD_DIR: resolve(workspaceRoot, 'tools/dev/launcher/serve-page'),
  };
}

try {
  process.exit(await run(process.argv.slice(2)));
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
