import { STORE_RECORDS_JOB } from '@drivewatch/contracts';
import { aWireRecord } from '@drivewatch/contracts/samples';
import {
  AUTH_ENV,
  eventually,
  type RedisCluster,
  runProgram,
  type Stack,
  startRedisCluster,
  startStack,
} from '@drivewatch/testing';
import { sessionState, signIn } from './dashboard-session';
import { LiveClient } from './live-client';
import { postBody } from './post-body';
import { acceptedId } from './post-record';

const VERA = { name: 'vera', role: 'viewer', password: 'correct horse battery' } as const;
const CLI = 'dist/tools/cli/main.mjs';

describe('two APIs and two consumers on a Redis Cluster of three nodes', () => {
  let cluster: RedisCluster;
  let stack: Stack;
  let other: Awaited<ReturnType<Stack['startFurtherApi']>>;
  const clients: LiveClient[] = [];
  beforeAll(async () => {
    cluster = await startRedisCluster();
    stack = await startStack({ redisUrl: cluster.url, consumers: 2 });
    other = await stack.startFurtherApi();
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  afterAll(async () => {
    await (other as typeof other | undefined)?.process.stop();
    await (stack as Stack | undefined)?.stop();
    await cluster.stop();
  });

  const connect = async (url: string): Promise<LiveClient> => {
    const client = await LiveClient.connect(url);
    clients.push(client);
    return client;
  };
  const expectStored = (driverID: string, count: number): Promise<void> =>
    eventually(async () => {
      const sql = 'SELECT count(*)::int AS count FROM driving_record WHERE driver_id = $1';
      expect(await stack.query(sql, [driverID])).toEqual([{ count }]);
    });
  const now = (): string => new Date().toISOString();
  const jobs = async (...args: string[]): Promise<string> =>
    (await runProgram(CLI, ['jobs', ...args], { REDIS_URL: cluster.url })).stdout;

  it('keep every key on one node, which is not the one that they are given', async () => {
    await acceptedId(stack.url, aWireRecord({ driverID: 'first' }));
    await expectStored('first', 1);
    const sizes = await cluster.sizes();
    expect(sizes.at(-1)).toBe(0);
    expect(sizes.filter((size) => size > 0)).toHaveLength(1);
  });

  it('store single records and batches once, and send ticks and alerts to the pages of both', async () => {
    const pages = [await connect(stack.url), await connect(other.url)];
    const driverID = 'clustered';
    await acceptedId(other.url, aWireRecord({ driverID, Time: now(), isOverspeed: '1' }));
    const rows = `${JSON.stringify(aWireRecord({ driverID, Time: now() }))}\n`.repeat(1_200);
    const batch = { headers: { 'Idempotency-Key': 'batch-1' } };
    expect((await postBody(stack.url, 'application/x-ndjson', rows, batch)).status).toBe(202);
    expect((await postBody(other.url, 'application/x-ndjson', rows, batch)).status).toBe(202);
    await expectStored(driverID, 1_201);
    for (const page of pages) {
      await eventually(() => expect(page.changes.join()).toContain(`overspeeding ${driverID}`));
      await eventually(() => expect(page.ticks.flatMap((tick) => Object.keys(tick))).toContain(driverID));
    }
    await acceptedId(stack.url, aWireRecord({ driverID, Time: now(), isOverspeedFinished: '1' }));
    for (const page of pages)
      await eventually(() =>
        expect(page.changes.map((change) => change.split(' ')[1])).toEqual(['overspeeding', 'overspeedEnd']),
      );
  });

  it('are ready, and show the numbers of the queue and of both consumers', async () => {
    for (const url of [stack.url, other.url]) expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    await eventually(async () => {
      const metrics = await (await fetch(`${stack.url}/metrics`)).text();
      expect(metrics).toMatch(/^drivewatch_redis_up 1$/m);
      expect(metrics.match(/^drivewatch_records_stored_total\{/gm)).toHaveLength(2);
    });
  });

  it('let somebody sign in on one and be known on another', async () => {
    await stack.access.addUser(VERA);
    const guarded = await Promise.all([stack.startFurtherApi(AUTH_ENV), stack.startFurtherApi(AUTH_ENV)]);
    try {
      const cookie = await eventually(() => signIn(guarded[0].url, VERA.name, VERA.password));
      expect(await sessionState(guarded[1].url, cookie)).toMatchObject({ user: { name: VERA.name } });
    } finally {
      await Promise.all(guarded.map(({ process }) => process.stop()));
    }
  });

  it('keep a job that cannot be stored for `npm run jobs`', async () => {
    await stack.queue().add(STORE_RECORDS_JOB, { fields: ['nonsense'], rows: [[1]] });
    await eventually(async () => expect(await stack.queue().getFailedCount()).toBe(1));
    expect(await jobs('failed')).toMatch(/Not a job of records|cannot be stored/);
    const [failed] = await stack.queue().getFailed();
    const failedAtMs = failed?.finishedOn ?? 0;
    await jobs('retry', failed?.id ?? '');
    await eventually(async () => {
      const [again] = await stack.queue().getFailed();
      expect(again?.finishedOn).toBeGreaterThan(failedAtMs);
    });
  });

  it('go on when a node ends that holds none of the data', async () => {
    const pages = [await connect(stack.url), await connect(other.url)];
    const empty = (await cluster.sizes()).findIndex((size) => size === 0);
    await cluster.stopNode(empty);
    for (let n = 0; n < 20; n += 1)
      await eventually(() =>
        acceptedId(
          n % 2 === 0 ? stack.url : other.url,
          aWireRecord({ driverID: 'after', Time: now(), Speed: String(n), isOverspeed: n === 0 ? '1' : '0' }),
        ),
      );
    await expectStored('after', 20);
    for (const page of pages)
      await eventually(() => expect(page.changes.join()).toContain('overspeeding after'));
    expect((await fetch(`${other.url}/health/ready`)).status).toBe(200);
  });
});
