import { setTimeout as wait } from 'node:timers/promises';
import { aWireRecord } from '@drivewatch/test-records';
import { eventually, type Stack, startStack } from '@drivewatch/test-stack';
import { LiveClient, pointsOf } from './live-client';
import { acceptedId, postRecord } from './post-record';

/** How long a service is away in these tests. */
const OUTAGE_MS = 10_000;

/** Slows every store down, inside its transaction, as a busy database would. */
const delayStores = (stack: Stack, seconds: string) =>
  stack.query(`
    CREATE OR REPLACE FUNCTION delay_store() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_sleep(${seconds}); RETURN NULL; END $$;
    CREATE OR REPLACE TRIGGER delay_store AFTER INSERT ON driving_record FOR EACH STATEMENT EXECUTE FUNCTION delay_store()`);

describe('when things fail', () => {
  let stack: Stack;
  /** Ids that a device was told were accepted. */
  let acknowledged: string[];
  const clients: LiveClient[] = [];
  const connect = async (): Promise<LiveClient> => {
    const client = await LiveClient.connect(stack.url);
    clients.push(client);
    return client;
  };

  beforeEach(async () => {
    acknowledged = [];
    stack = await startStack({ consumers: 1 });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await stack.stop();
  });

  /** Posts records one after the other until told to stop, and notes which were acknowledged. */
  function keepPosting(driverID: string): {
    stop: () => Promise<void>;
    refusals: { status: number; ms: number; retryAfter: string | null }[];
  } {
    const refusals: { status: number; ms: number; retryAfter: string | null }[] = [];
    const stopped = new AbortController();
    const posting = (async () => {
      for (let n = 0; !stopped.signal.aborted; n += 1) {
        const begun = performance.now();
        const response = await postRecord(stack.url, aWireRecord({ driverID, Speed: String(n % 200) }));
        const { ids } = (await response.json()) as { ids?: string[] };
        if (response.status === 202) acknowledged.push(...(ids ?? []));
        else
          refusals.push({
            status: response.status,
            ms: performance.now() - begun,
            retryAfter: response.headers.get('retry-after'),
          });
        await wait(5);
      }
    })();
    return {
      refusals,
      stop: async () => {
        stopped.abort();
        await posting;
      },
    };
  }

  /** Every acknowledged record is in the table, and nothing is there twice. */
  const expectAllStoredOnce = () =>
    eventually(async () => {
      const rows = await stack.query<{ id: string }>('SELECT id FROM driving_record');
      const stored = new Set(rows.map(({ id }) => id));
      expect(acknowledged.filter((id) => !stored.has(id)).length).toBe(0);
      expect(rows).toHaveLength(stored.size);
    }, 40_000);

  it('ticks carry every record once while two consumers commit in any order', async () => {
    await stack.startConsumer();
    await delayStores(stack, 'random() * 0.04');
    const page = await connect();
    const posters = Array.from({ length: 12 }, (_, n) => keepPosting(`driver${n}`));
    await wait(6_000);
    await Promise.all(posters.map((poster) => poster.stop()));
    await expectAllStoredOnce();
    const table = await stack.query<{ point: string }>(
      `SELECT driver_id || ' ' || extract(epoch FROM recorded_at)::bigint * 1000 || ' ' || speed_kmh AS point FROM driving_record`,
    );
    expect(table.length).toBeGreaterThan(500);
    await eventually(() => expect(page.tickPoints.sort()).toEqual(table.map(({ point }) => point).sort()));
    await wait(2_500);
    expect(page.tickPoints).toHaveLength(table.length);
  });

  it('a consumer killed in the middle of a job loses and doubles nothing', async () => {
    await delayStores(stack, '1.5');
    const [victim] = stack.consumers;
    const records = Array.from({ length: 40 }, (_, n) => aWireRecord({ driverID: `killed${n}` }));
    acknowledged = await Promise.all(records.map((record) => acceptedId(stack.url, record)));
    const midJob = () =>
      eventually(async () => {
        const storing = await stack.query(
          `SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%INSERT INTO driving_record%' AND pid <> pg_backend_pid()`,
        );
        expect(storing.length).toBeGreaterThan(0);
      });
    // Killed while PostgreSQL goes on and commits: the job is run again though its records are there.
    await midJob();
    await victim?.crash();
    const second = await stack.startConsumer();
    // Killed together with its transaction: the job is run again and nothing is there yet.
    await midJob();
    await second.crash();
    await stack.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%INSERT INTO driving_record%' AND pid <> pg_backend_pid()`,
    );
    await stack.startConsumer();
    await expectAllStoredOnce();
    expect(acknowledged).toHaveLength(40);
  });

  it('Redis away: devices are told within a second to come again, and everything acknowledged is stored', async () => {
    const poster = keepPosting('redisaway');
    await eventually(() => expect(acknowledged.length).toBeGreaterThan(50));
    await stack.crashRedis();
    await wait(OUTAGE_MS);
    const before = acknowledged.length;
    await stack.startRedis();
    await eventually(() => expect(acknowledged.length).toBeGreaterThan(before + 50));
    await poster.stop();
    expect(poster.refusals.length).toBeGreaterThan(10);
    expect(new Set(poster.refusals.map(({ status }) => status))).toEqual(new Set([503]));
    expect(poster.refusals.every(({ retryAfter }) => retryAfter === '1')).toBe(true);
    expect(Math.max(...poster.refusals.map(({ ms }) => ms))).toBeLessThan(1_000);
    await expectAllStoredOnce();
  });

  it('Redis hangs: every device is told within a second to come again, however many wait', async () => {
    acknowledged.push(await acceptedId(stack.url, aWireRecord()));
    stack.signalRedis('SIGSTOP');
    const answers = await Promise.all(
      Array.from({ length: 30 }, async (_, n) => {
        await wait(n * 50);
        const begun = performance.now();
        const { status } = await postRecord(stack.url, aWireRecord({ driverID: `hung${n}` }));
        return { status, ms: performance.now() - begun };
      }),
    );
    stack.signalRedis('SIGCONT');
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    // 0.7 s by itself; two in a row would be 1.4. The rest is for a test machine that is busy.
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(1_300);
    acknowledged.push(await eventually(() => acceptedId(stack.url, aWireRecord())));
    await expectAllStoredOnce();
  });

  it('an API that starts while Redis and PostgreSQL are away takes records as soon as Redis is there', async () => {
    await stack.crashRedis();
    await stack.crashPostgres();
    await stack.api().crash();
    await stack.startApi();
    expect((await postRecord(stack.url, aWireRecord())).status).toBe(503);
    await stack.startRedis();
    acknowledged.push(await eventually(() => acceptedId(stack.url, aWireRecord({ driverID: 'early' }))));
    await stack.startPostgres();
    await expectAllStoredOnce();
    const page = await connect();
    await eventually(() =>
      expect(
        pointsOf(page.data[0]?.speeds ?? {})
          .concat(page.tickPoints)
          .join(),
      ).toMatch(/early/),
    );
  });

  it('PostgreSQL away: records are accepted all the time and stored when it is back, and no job fails', async () => {
    const page = await connect();
    const poster = keepPosting('postgresaway');
    await eventually(() => expect(acknowledged.length).toBeGreaterThan(50));
    await stack.crashPostgres();
    const before = acknowledged.length;
    await wait(OUTAGE_MS);
    expect(acknowledged.length).toBeGreaterThan(before + 100);
    await stack.startPostgres();
    await poster.stop();
    expect(poster.refusals).toEqual([]);
    await expectAllStoredOnce();
    await eventually(() => expect(page.tickPoints).toHaveLength(acknowledged.length));
    expect(stack.consumers[0]?.output).not.toMatch(/can never be stored/);
  });

  it('a job that can never be stored is kept as failed and named in the log, and the others go on', async () => {
    const queue = stack.queue();
    const { id: jobId } = await queue.add('store-records', { fields: ['nonsense'], rows: [[true]] });
    acknowledged.push(await acceptedId(stack.url, aWireRecord()));
    await expectAllStoredOnce();
    await eventually(async () => {
      const failed = await queue.getFailed();
      expect(failed.map(({ id }) => id)).toEqual([jobId]);
      expect(stack.consumers[0]?.output).toMatch(new RegExp(`Job ${jobId ?? ''} can never be stored`));
    });
  });
});
