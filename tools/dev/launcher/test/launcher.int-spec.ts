import { spawnSync } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { commandLineOf, freePort, startEmbeddedRedis } from '@drivewatch/local-services';
import { Redis } from 'ioredis';
import { eventually, StandInCheckout, type AppEvent, type LauncherRun } from './stand-in-checkout';

/** Ends once the consumer runs and can be stopped in an orderly way. */
const FAILING_API = `
  import { existsSync } from 'node:fs';
  setInterval(() => {
    if (!existsSync('events.txt')) return;
    console.error('no such dashboard');
    process.exit(1);
  }, 10);
`;

describe('the launcher', () => {
  let checkout: StandInCheckout;
  let port: number;
  beforeEach(async () => {
    checkout = await StandInCheckout.create();
    await checkout.addSummaries();
    port = await freePort();
  });
  afterEach(() => checkout.remove());

  const isUp = (run: LauncherRun) =>
    eventually(() => run.output().includes('Drivewatch runs at'), run.output);
  const names = async (what: string) =>
    (await checkout.events()).filter((event) => event.what === what).map((event) => event.name);
  /** The order does not matter: an app without a page counts as started with its process, before it says anything. */
  const haveStarted = (...apps: readonly string[]) =>
    eventually(
      async () => (await names('started')).sort().join() === [...apps].sort().join(),
      () => `not yet started: ${apps.join()}`,
    );
  const areGone = async (events: readonly AppEvent[]) => {
    for (const { pid } of events) if ((await commandLineOf(pid)) !== '') return false;
    return true;
  };

  it('brings everything up in order, says where, and stops it in the opposite order with exit code 0', async () => {
    const run = checkout.start(port);
    await isUp(run);
    expect(run.output()).toMatch(
      /✓ PostgreSQL 18.*\n✓ Database schema: 2 migrations.*\n✓ Redis .*\n✓ Consumer.*\n✓ API.*\n✓ Simulated fleet/,
    );
    expect(run.output()).toContain(`http://localhost:${port}/`);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    await haveStarted('consumer', 'api', 'simulator');

    run.process.kill('SIGTERM');
    expect(await run.ended).toBe(0);
    expect(await names('stopped')).toEqual(['simulator', 'api', 'consumer']);
    expect(await areGone(await checkout.events())).toBe(true);
  });

  it('leaves the fleet out on --no-demo', async () => {
    await isUp(checkout.start(port, '--no-demo'));
    await haveStarted('consumer', 'api');
  });

  it('starts an app again that was killed', async () => {
    const run = checkout.start(port);
    await isUp(run);
    await haveStarted('consumer', 'api', 'simulator');
    const consumer = (await checkout.events()).find(({ name }) => name === 'consumer');
    process.kill(consumer?.pid ?? 0, 'SIGKILL');
    await eventually(() => run.output().includes('consumer runs again'), run.output);
    await haveStarted('consumer', 'api', 'simulator', 'consumer');
  });

  it('ends its apps when it is killed, and can be started again at once', async () => {
    const first = checkout.start(port);
    await isUp(first);
    await haveStarted('consumer', 'api', 'simulator');
    const ofFirst = await checkout.events();
    first.process.kill('SIGKILL');
    await isUp(checkout.start(port));
    await eventually(
      () => areGone(ofFirst),
      () => JSON.stringify(ofFirst),
    );
  });

  it('keeps its data from the other users of the machine, also what they could read before', async () => {
    const run = checkout.start(port);
    await isUp(run);
    const folder = join(checkout.dir, '.drivewatch');
    expect(run.output()).toMatch(
      /Other users of this machine could read 3 files and folders in .*\.drivewatch;/,
    );
    const open: string[] = [];
    for (const path of await readdir(folder, { recursive: true })) {
      const stats = await stat(join(folder, path)).catch(() => null);
      if (stats !== null && (stats.mode & 0o077) !== 0) open.push(path);
    }
    expect(open).toEqual([]);
    expect((await stat(folder)).mode & 0o067).toBe(0);
    if (process.getuid?.() !== 0) return;
    const other = { uid: 54_321, gid: 54_321, encoding: 'utf8' } as const;
    const page = join(folder, 'public-bucket/summaries/manifest.json');
    for (const [program = '', ...args] of [
      ['ls', folder],
      ['cat', page],
      ['ls', join(folder, 'postgresql')],
    ])
      expect(spawnSync(program, args, other).stderr).toMatch(/Permission denied/);
  });

  it('refuses a second start on the same folder, which leaves the first alone', async () => {
    const first = checkout.start(port);
    await isUp(first);
    const second = checkout.start(await freePort());
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(
      new RegExp(`already runs.*process ${first.process.pid ?? '?'}.*DRIVEWATCH_DIR`),
    );
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  });

  it('starts and creates nothing while any setting is wrong, and names all wrong ones', async () => {
    Object.assign(checkout.env, { RETENTION_DAYS: '0', LOG_LEVEL: 'loud', TICK_SECOND: '5' });
    const run = checkout.start(port);
    expect(await run.ended).toBe(1);
    expect(run.output()).toMatch(/RETENTION_DAYS: must be a whole number from 1 to 36500/);
    expect(run.output()).toMatch(/LOG_LEVEL: must be one of fatal, error/);
    expect(run.output()).toMatch(/^! TICK_SECOND is no setting.*TICK_SECONDS meant/m);
    expect(await readdir(join(checkout.dir, '.drivewatch'))).toEqual(['public-bucket']);
  });

  it('starts and creates nothing while a given server cannot be used, and names all of those', async () => {
    const nobody = await freePort();
    checkout.env.DATABASE_URL = `postgresql://me:hunter2@127.0.0.1:${nobody}/d`;
    checkout.env.REDIS_URL = `redis://:hunter2@127.0.0.1:${nobody}`;
    const run = checkout.start(port);
    expect(await run.ended).toBe(1);
    expect(run.output()).toMatch(
      /✗ PostgreSQL at .*ECONNREFUSED.*DATABASE_URL.*\n✗ Redis at .*ECONNREFUSED.*REDIS_URL/,
    );
    expect(run.output()).not.toContain('hunter2');
    expect(await readdir(join(checkout.dir, '.drivewatch'))).toEqual(['public-bucket']);
  });

  it('starts and creates nothing on a Redis that would lose what it confirms', async () => {
    const redis = await startEmbeddedRedis();
    const client = new Redis(redis.url);
    try {
      await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
      checkout.env.REDIS_URL = redis.url;
      const run = checkout.start(port);
      expect(await run.ended).toBe(1);
      expect(run.output()).toMatch(
        /^✗ Redis at .*maxmemory-policy is allkeys-lru.*set maxmemory-policy noeviction.*$/m,
      );
      expect(await readdir(join(checkout.dir, '.drivewatch'))).toEqual(['public-bucket']);
    } finally {
      client.disconnect();
      await redis.stop();
    }
  });

  it('says in a line what is wrong with a folder that cannot be written', async () => {
    checkout.env.DRIVEWATCH_DIR = '.drivewatch/public-bucket/summaries/manifest.json/data';
    const run = checkout.start(port);
    expect(await run.ended).toBe(1);
    expect(run.output()).toMatch(
      /^✗ \S+manifest\.json\/data cannot be written, .*is a file.*DRIVEWATCH_DIR.*\n$/,
    );
  });

  it('shows the end of the log of an API that does not come up, and leaves nothing behind', async () => {
    await checkout.setApp('dist/apps/api/main.mjs', FAILING_API);
    const run = checkout.start(port);
    expect(await run.ended).toBe(1);
    expect(run.output()).toMatch(/✗ it ended while starting \(exit code 1\).*api\.log:\nno such dashboard/);
    expect(await names('stopped')).toEqual(['consumer']);
    expect(await areGone(await checkout.events())).toBe(true);
  });
});
