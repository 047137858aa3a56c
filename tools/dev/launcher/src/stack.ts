import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { authenticationOf, misspeltSettings } from '@drivewatch/config';
import {
  launchersPostgresDir,
  launchersRedisDir,
  startEmbeddedPostgres,
  startEmbeddedRedis,
  type EmbeddedService,
  type EmbeddedServiceOptions,
} from '@drivewatch/local-services';
import { lastStoredAtMs, migrate } from '@drivewatch/persistence';
import { AppLog } from './app-log';
import { DemoKey } from './demo-key';
import { loudMessage, RepeatFilter } from './log-lines';
import { startNodeApp } from './node-app';
import { placeOf } from './service-urls';
import type { LauncherConfig } from './settings';
import { Supervised, type Supervision } from './supervised';
import type { Terminal } from './terminal';

export interface StackOptions {
  readonly config: LauncherConfig;
  /** The folder of the checkout, which holds `dist`. */
  readonly workspaceRoot: string;
  /** An absolute path. */
  readonly dataDir: string;
  /** The environment that the apps inherit. */
  readonly env: Readonly<Record<string, string>>;
  readonly terminal: Terminal;
}

/**
 * How much driving from before the start the simulated fleet may post at once, so that a new page has something to
 * show.
 */
const LONGEST_WARM_UP_SECONDS = 300;

/** Everything that `npm start` runs, from the databases to the simulated fleet. */
export class Stack {
  private readonly started: Supervised[] = [];
  private demoKey: DemoKey | undefined;

  constructor(private readonly options: StackOptions) {}

  /**
   * Brings the schema of the database up to date, after starting PostgreSQL unless `DATABASE_URL` names one (which has
   * been checked).
   *
   * @returns the database's URL
   */
  async startDatabase(signal: AbortSignal): Promise<string> {
    const { config, dataDir } = this.options;
    const url =
      config.DATABASE_URL ??
      (await this.startService('PostgreSQL', signal, {
        dataDir: launchersPostgresDir(dataDir),
        start: startEmbeddedPostgres,
      }));
    signal.throwIfAborted();
    await this.options.terminal.step('Database schema', async () => {
      const warnings: string[] = [];
      const applied = await migrate(url, (message) => warnings.push(message));
      const count = applied.length === 1 ? '1 migration' : `${applied.length} migrations`;
      const line =
        applied.length === 0 ? 'Database schema is up to date' : `Database schema: ${count} applied`;
      return { line: [line, ...warnings].join('\n'), result: undefined };
    });
    return url;
  }

  /**
   * Starts everything, in order.
   *
   * @param signal aborted when the user wants to stop; the step under way is still finished, unless it is a wait
   * @throws Error when a step fails; {@link stop} then stops what was started
   */
  async start({ withDemo, signal }: { withDemo: boolean; signal: AbortSignal }): Promise<void> {
    const { config } = this.options;
    const databaseUrl = await this.startDatabase(signal);
    signal.throwIfAborted();
    const redisUrl =
      config.REDIS_URL ??
      (await this.startService('Redis', signal, {
        dataDir: launchersRedisDir(this.options.dataDir),
        start: startEmbeddedRedis,
      }));
    const services = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl };
    signal.throwIfAborted();

    await this.startApp(signal, {
      name: 'consumer',
      program: 'dist/apps/consumer/main.mjs',
      title: 'Consumer',
      settings: services,
    });
    // The key is created before the API starts, which then knows it from its first record on.
    if (withDemo && authenticationOf(config) === 'on' && this.options.env.DRIVEWATCH_KEY === undefined)
      this.demoKey = await DemoKey.create(databaseUrl);
    const url = localUrl(config);
    await this.startApp(signal, {
      name: 'api',
      program: 'dist/apps/api/main.mjs',
      title: 'API and dashboard',
      settings: services,
      readyPage: url,
    });
    if (!withDemo) return;
    await this.startApp(signal, {
      name: 'simulator',
      program: 'dist/tools/simulator/main.mjs',
      title: 'Simulated fleet',
      args: ['--url', url, '--warm-up', String(await warmUpSeconds(databaseUrl))],
      ...(this.demoKey && { settings: { DRIVEWATCH_KEY: this.demoKey.key } }),
    });
  }

  /** Stops everything in reverse order, each part before the parts that it uses. */
  async stop(): Promise<void> {
    // The key is revoked while the database still runs; if that fails, the next start does it.
    await this.demoKey?.revoke().catch(() => undefined);
    for (const part of this.started.reverse()) await part.stop();
  }

  /** Kills everything without waiting. */
  kill(): void {
    for (const part of this.started) part.kill();
  }

  private async startService(
    title: string,
    signal: AbortSignal,
    service: {
      dataDir: string;
      start: (options: EmbeddedServiceOptions) => Promise<EmbeddedService>;
    },
  ): Promise<string> {
    const { terminal } = this.options;
    return terminal.step(title, async () => {
      let first: EmbeddedService | null = null;
      await this.supervise(title, signal, async () => {
        const running = await service.start({
          dataDir: service.dataDir,
          // The apps know the address of the first start.
          ...(first && { port: first.port }),
          onProgress: (message) => {
            terminal.print(`  ${message}`);
          },
        });
        first ??= running;
        return running;
      });
      const { version, url } = first as unknown as EmbeddedService;
      return { line: `${title} ${version} on ${placeOf(url)}`, result: url };
    });
  }

  private async startApp(signal: AbortSignal, app: AppDescription): Promise<void> {
    signal.throwIfAborted();
    const { config, workspaceRoot, dataDir, env, terminal } = this.options;
    const script = join(workspaceRoot, app.program);
    await access(script).catch((cause: unknown) => {
      throw new Error(`${app.program} is missing; build it with: npx nx run-many -t build`, { cause });
    });
    const log = new AppLog(join(dataDir, 'logs', `${app.name}.log`));
    const repeats = new RepeatFilter();
    // The launcher itself has already reported these.
    for (const said of misspeltSettings(env)) repeats.isNew(said);
    const settings = {
      HOST: config.HOST,
      PORT: String(config.PORT),
      TICK_SECONDS: String(config.TICK_SECONDS),
      FLEET_TIME_ZONE: config.FLEET_TIME_ZONE,
      // All programs use the same buckets, which are folders in here unless the settings say otherwise.
      DRIVEWATCH_DIR: dataDir,
      NO_COLOR: '1',
      ...app.settings,
    };
    const launch = (launchSignal: AbortSignal) =>
      startNodeApp({
        script,
        log,
        args: app.args ?? [],
        cwd: workspaceRoot,
        env: { ...env, ...settings },
        readyPage: app.readyPage,
        signal: launchSignal,
        onLine: (line) => {
          const message = loudMessage(line);
          if (message !== undefined && repeats.isNew(message)) terminal.print(`[${app.name}] ${message}`);
        },
      });
    await terminal.step(app.title, async () => {
      await this.supervise(app.name, signal, launch);
      return { line: app.title, result: undefined };
    });
  }

  private async supervise(name: string, signal: AbortSignal, launch: Supervision['launch']): Promise<void> {
    const part = new Supervised({
      name,
      launch,
      onMessage: (message) => {
        this.options.terminal.print(message);
      },
    });
    await part.start(signal);
    this.started.push(part);
  }
}

interface AppDescription {
  /** A short name for the log, which also precedes what the app says on the terminal. */
  readonly name: string;
  readonly title: string;
  /** The bundled program, relative to the workspace. */
  readonly program: string;
  readonly args?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
  /** The app is ready when this page answers; without it, as soon as it runs. */
  readonly readyPage?: string;
}

/** Returns where this machine reaches the API: a wildcard address is for listening, not for connecting. */
function localUrl({ HOST, PORT }: LauncherConfig): string {
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[HOST] ?? HOST;
  return `http://${host.includes(':') ? `[${host}]` : host}:${PORT}/`;
}

/**
 * Returns how long to warm up, but not back into the last run: the same fleet would have driven twice in those minutes.
 */
async function warmUpSeconds(databaseUrl: string): Promise<number> {
  const lastMs = await lastStoredAtMs(databaseUrl);
  const sinceLast = lastMs === null ? Infinity : Math.floor((Date.now() - lastMs) / 1000);
  return Math.max(0, Math.min(LONGEST_WARM_UP_SECONDS, sinceLast));
}
