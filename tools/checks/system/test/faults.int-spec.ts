import { setTimeout as wait } from 'node:timers/promises';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, IMPATIENT, PATIENT, SHORT_LOCK, type Stack, startStack } from '@drivewatch/testing';
import { LiveClient, pointsOf } from './live-client';
import { acceptedId, patiently, postRecord } from './post-record';
import { slowOnceReady } from './slow-redis';

/** Slows down every store inside its transaction, as a busy database would. */
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

  beforeAll(async () => {
    stack = await startStack({ consumers: 1, env: { ...SHORT_LOCK, ...IMPATIENT } });
  });
  beforeEach(() => {
    acknowledged = [];
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await stack.query('DROP TRIGGER IF EXISTS delay_store ON driving_record');
  });
  afterAll(() => stack.stop());

  /** Posts records one after the other until told to stop, and notes which were acknowledged. */
  function keepPosting(
    driverID: string,
    url = stack.url,
  ): {
    stop: () => Promise<void>;
    refusals: { status: number; retryAfter: string | null }[];
  } {
    const refusals: { status: number; retryAfter: string | null }[] = [];
    const stopped = new AbortController();
    const posting = (async () => {
      for (let n = 0; !stopped.signal.aborted; n += 1) {
        const response = await postRecord(url, aWireRecord({ driverID, Speed: String(n % 200) }));
        const { ids } = (await response.json()) as { ids?: string[] };
        if (response.status === 202) acknowledged.push(...(ids ?? []));
        else
          refusals.push({
            status: response.status,
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

  /** Expects that every acknowledged record is in the table, and nothing is there twice. */
  const expectAllStoredOnce = () =>
    eventually(async () => {
      const rows = await stack.query<{ id: string }>('SELECT id FROM driving_record');
      const stored = new Set(rows.map(({ id }) => id));
      expect(acknowledged.filter((id) => !stored.has(id)).length).toBe(0);
      expect(rows).toHaveLength(stored.size);
    });
  const pointsOfTable = async (drivers: string): Promise<string[]> => {
    const table = await stack.query<{ point: string }>(
      `SELECT driver_id || ' ' || extract(epoch FROM recorded_at)::bigint * 1000 || ' ' || speed_kmh AS point
       FROM driving_record WHERE driver_id LIKE $1 || '%'`,
      [drivers],
    );
    return table.map(({ point }) => point).sort();
  };

  it('ticks carry every record once while two consumers commit in any order', async () => {
    const second = await stack.startConsumer();
    await delayStores(stack, 'random() * 0.04');
    const page = await connect();
    const posters = Array.from({ length: 12 }, (_, n) => keepPosting(`ticking${n}`));
    await eventually(() => expect(acknowledged.length).toBeGreaterThan(500));
    await Promise.all(posters.map((poster) => poster.stop()));
    await expectAllStoredOnce();
    const ticked = () => page.tickPoints.filter((point) => point.startsWith('ticking')).sort();
    await eventually(async () => expect(ticked()).toEqual(await pointsOfTable('ticking')));
    // A duplicate would come before what is stored later.
    await acceptedId(stack.url, aWireRecord({ driverID: 'aftertick' }));
    await eventually(() => expect(page.tickPoints.join()).toContain('aftertick'));
    expect(ticked()).toEqual(await pointsOfTable('ticking'));
    expect(await second.stop()).toBe(0);
  });

  it('a consumer killed in the middle of a job loses and doubles nothing', async () => {
    await delayStores(stack, '1.5');
    const victim = stack.consumers.find(({ isRunning }) => isRunning);
    const records = Array.from({ length: 40 }, (_, n) => aWireRecord({ driverID: `killed${n}` }));
    // The API makes these ids; another statement stores them than those of devices.
    acknowledged = await Promise.all(
      records.map(async (record) => {
        const response = await patiently(() => postRecord(stack.url, record));
        return ((await response.json()) as { ids: [string] }).ids[0];
      }),
    );
    const midJob = () =>
      eventually(async () => {
        const storing = await stack.query(
          `SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%INSERT INTO driving_record%' AND pid <> pg_backend_pid()`,
        );
        expect(storing.length).toBeGreaterThan(0);
      });
    // The consumer is killed while PostgreSQL goes on and commits: the job runs again although its records are there.
    await midJob();
    await victim?.crash();
    const second = await stack.startConsumer();
    // The consumer is killed together with its transaction: the job runs again and nothing is there yet.
    await midJob();
    await second.crash();
    await stack.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%INSERT INTO driving_record%' AND pid <> pg_backend_pid()`,
    );
    await stack.startConsumer();
    await expectAllStoredOnce();
    expect(acknowledged).toHaveLength(40);
  });

  it('Redis away: devices are told to come again, and everything acknowledged is stored', async () => {
    const poster = keepPosting('redisaway');
    await eventually(() => expect(acknowledged.length).toBeGreaterThan(50));
    await stack.crashRedis();
    const refusedBefore = poster.refusals.length;
    await eventually(() => expect(poster.refusals.length).toBeGreaterThan(refusedBefore + 10));
    const before = acknowledged.length;
    await stack.startRedis();
    await eventually(() => expect(acknowledged.length).toBeGreaterThan(before + 50));
    await poster.stop();
    expect(new Set(poster.refusals.map(({ status }) => status))).toEqual(new Set([503]));
    expect(poster.refusals.every(({ retryAfter }) => retryAfter === '1')).toBe(true);
    await expectAllStoredOnce();
  });

  it('Redis hangs: every device is told to come again, however many wait', async () => {
    acknowledged.push(await acceptedId(stack.url, aWireRecord()));
    stack.signalRedis('SIGSTOP');
    try {
      // Redis hangs until all are answered, which only a limit of the API's own can bring about.
      const answers = await Promise.all(
        Array.from({ length: 30 }, async (_, n) => {
          await wait(n * 50);
          return (await postRecord(stack.url, aWireRecord({ driverID: `hung${n}` }))).status;
        }),
      );
      expect(new Set(answers)).toEqual(new Set([503]));
    } finally {
      stack.signalRedis('SIGCONT');
    }
    acknowledged.push(await acceptedId(stack.url, aWireRecord()));
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

  it('an API whose Redis is slow just when it starts takes records all the same', async () => {
    const slow = await slowOnceReady(stack.redisUrl);
    const started = await stack.startFurtherApi({ REDIS_URL: slow.url });
    try {
      expect(slow.pauses()).toBeGreaterThan(0);
      acknowledged.push(await acceptedId(started.url, aWireRecord({ driverID: 'slowstart' })));
      await expectAllStoredOnce();
    } finally {
      await started.process.stop();
      await slow.close();
    }
  });

  it('PostgreSQL away: records are accepted all the time and stored when it is back, and no job fails', async () => {
    // This API waits for Redis as long as a busy machine may need: PostgreSQL is no reason to refuse anything.
    const patient = await stack.startFurtherApi(PATIENT);
    const page = await connect();
    const poster = keepPosting('postgresaway', patient.url);
    await eventually(() => expect(acknowledged.length).toBeGreaterThan(50));
    await stack.crashPostgres();
    const before = acknowledged.length;
    await eventually(() => expect(acknowledged.length).toBeGreaterThan(before + 100));
    await stack.startPostgres();
    await poster.stop();
    expect(poster.refusals).toEqual([]);
    await expectAllStoredOnce();
    await eventually(async () => {
      const ticked = page.tickPoints.filter((point) => point.startsWith('postgresaway'));
      expect(ticked.sort()).toEqual(await pointsOfTable('postgresaway'));
    });
    for (const { output } of stack.consumers) expect(output).not.toMatch(/can never be stored/);
    await patient.process.stop();
  });

  it('a job that can never be stored is kept as failed and named in the log, and the others go on', async () => {
    const queue = stack.queue();
    const { id: jobId } = await queue.add('store-records', { fields: ['nonsense'], rows: [[true]] });
    acknowledged.push(await acceptedId(stack.url, aWireRecord()));
    await expectAllStoredOnce();
    await eventually(async () => {
      const failed = await queue.getFailed();
      expect(failed.map(({ id }) => id)).toEqual([jobId]);
      expect(stack.consumers.map(({ output }) => output).join()).toMatch(
        new RegExp(`Job ${jobId ?? ''} can never be stored`),
      );
    });
  });
});
