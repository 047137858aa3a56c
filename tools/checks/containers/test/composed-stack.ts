import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import {
  createTemporaryServicesDir,
  ensureProgram,
  freePort,
  spawnGuarded,
  startTestPostgres,
  SYSTEM_PROGRAMS,
} from '@drivewatch/local-services';
import { AppProcess, PATIENT } from '@drivewatch/testing';
import { parse } from 'yaml';
import { writeEdgeConfiguration } from './edge-configuration';

const run = promisify(execFile);

/** What docker/compose.yaml describes, as processes on loopback. */
export interface ComposedStack {
  /** The address of the edge. */
  readonly url: string;
  readonly prometheusUrl: string;
  readonly apiUrls: readonly string[];
  readonly apis: readonly AppProcess[];
  readonly redisUrl: string;
  readonly publicFolder: string;
  /** The folder with the contents of the consumer's image. */
  readonly consumerImage: string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts two of each app from the contents of their images, behind nginx, Redis and Prometheus as docker/ configures
 * them.
 */
export async function startComposedStack(): Promise<ComposedStack> {
  const temporary = await createTemporaryServicesDir();
  const { dir } = temporary;
  const stops: (() => Promise<unknown>)[] = [() => temporary.remove()];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  const guarded = async (command: string, args: string[]) => {
    const server = await spawnGuarded({
      command,
      args,
      cwd: dir,
      env: {},
      output: ['ignore', 'ignore'],
      stopSignal: 'SIGTERM',
      stopLimitMs: 5_000,
    });
    stops.push(() => server.stop());
  };
  const startApp = async (script: string, env: Record<string, string>, ready: string) => {
    const app = await AppProcess.start(script, env, ready);
    stops.push(() => app.stop());
    return app;
  };
  try {
    const [lb, edge, redisPort, prometheusPort, ...apiPorts] = (await freePorts(6)) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const images = { api: join(dir, 'images/api'), consumer: join(dir, 'images/consumer') };
    await Promise.all([layOut('api', images.api), layOut('consumer', images.consumer)]);
    await cp('docker/consumer-health.mjs', join(images.consumer, 'consumer-health.mjs'));

    const password = randomBytes(12).toString('hex');
    await mkdir(join(dir, 'redis'));
    const redisConfig = await readFile('docker/redis/redis.conf', 'utf8');
    const local = `port ${redisPort}\nbind 127.0.0.1\nrequirepass ${password}\ndir ${dir}/redis\n`;
    await writeFile(join(dir, 'redis.conf'), redisConfig + local);
    await guarded(await ensureProgram(SYSTEM_PROGRAMS.redis), [join(dir, 'redis.conf')]);
    const redisUrl = `redis://:${password}@127.0.0.1:${redisPort}`;
    const postgres = await startTestPostgres({ dataDir: join(dir, 'postgres') });
    stops.push(() => postgres.stop());

    const publicFolder = join(dir, 'public-bucket');
    const token = 'a-token-of-the-stack-test';
    const env = {
      ...PATIENT,
      DATABASE_URL: postgres.url,
      REDIS_URL: redisUrl,
      DRIVEWATCH_DIR: dir,
      RECORDS_BUCKET: pathToFileURL(join(dir, 'records-bucket')).href,
      PUBLIC_BUCKET: pathToFileURL(publicFolder).href,
      TICK_SECONDS: '1',
      ARCHIVE_EVERY: 'off',
      METRICS_TOKEN: token,
      TRUST_PROXY: '127.0.0.1',
      ALLOWED_HOSTS: await allowedHostsOfCompose(),
      DASHBOARD_DIR: join(images.api, 'dist/apps/dashboard/browser'),
    };
    await run(process.execPath, [join(images.consumer, 'dist/apps/consumer/migrate/main.mjs')], { env });
    const startConsumer = () =>
      startApp(join(images.consumer, 'dist/apps/consumer/main.mjs'), env, 'Consumer waits');
    const startApi = (port: number) =>
      startApp(join(images.api, 'dist/apps/api/main.mjs'), { ...env, PORT: String(port) }, 'API listens');
    const [apis] = await Promise.all([Promise.all(apiPorts.map(startApi)), startConsumer(), startConsumer()]);

    await mkdir(join(dir, 'tls'));
    await mkdir(join(dir, 'cache'));
    const nginxConfig = await writeEdgeConfiguration(dir, {
      LB_LISTEN: `127.0.0.1:${lb}`,
      LB_TLS_DIR: join(dir, 'tls'),
      API_SERVERS: apiPorts.map((port) => `server 127.0.0.1:${port} max_fails=1 fail_timeout=2s;`).join(' '),
      EDGE_ADDRESS: `127.0.0.1:${edge}`,
      EDGE_LISTEN: `127.0.0.1:${edge}`,
      EDGE_CACHE_DIR: join(dir, 'cache'),
      CDN_ORIGIN: 'http://drivewatch_api/cdn/',
    });
    await guarded(await ensureProgram(SYSTEM_PROGRAMS.nginx), ['-p', dir, '-c', nginxConfig, '-e', 'stderr']);

    const prometheusDir = join(dir, 'prometheus');
    await cp('docker/prometheus', prometheusDir, { recursive: true });
    const targets = apiPorts.map((port) => `127.0.0.1:${port}`);
    await writeFile(join(prometheusDir, 'targets.json'), JSON.stringify([{ targets }]));
    await writeFile(join(prometheusDir, 'metrics-token'), token);
    const scraped = await readFile('docker/prometheus/prometheus.yml', 'utf8');
    await writeFile(
      join(prometheusDir, 'prometheus.yml'),
      scraped.replace('/run/drivewatch/metrics-token', join(prometheusDir, 'metrics-token')),
    );
    await guarded(await ensureProgram(SYSTEM_PROGRAMS.prometheus), [
      `--config.file=${prometheusDir}/prometheus.yml`,
      `--storage.tsdb.path=${prometheusDir}/data`,
      `--web.listen-address=127.0.0.1:${prometheusPort}`,
    ]);
    return {
      url: `http://127.0.0.1:${lb}`,
      prometheusUrl: `http://127.0.0.1:${prometheusPort}`,
      apiUrls: targets.map((target) => `http://${target}`),
      apis,
      redisUrl,
      publicFolder,
      consumerImage: images.consumer,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const freePorts = (count: number): Promise<number[]> =>
  Promise.all(Array.from({ length: count }, () => freePort()));

/** Lays out an app's folder as the Dockerfile does. */
async function layOut(app: string, folder: string): Promise<void> {
  const script = resolve('tools/dev/workspace/app-image.mjs');
  await run(process.execPath, [script, app, folder]);
}

/** Returns the allowed hosts of the compose file, without those that are added for people and devices. */
async function allowedHostsOfCompose(): Promise<string> {
  const compose = parse(await readFile('docker/compose.yaml', 'utf8'), { merge: true }) as {
    services: Record<string, { environment?: Record<string, string> }>;
  };
  return compose.services['api-1']?.environment?.ALLOWED_HOSTS?.replace('${ALLOWED_HOSTS:-}', '') ?? '';
}
