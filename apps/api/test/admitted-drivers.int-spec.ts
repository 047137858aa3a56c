import {
  createTemporaryServicesDir,
  type EmbeddedService,
  startEmbeddedRedis,
} from '@drivewatch/local-services';
import { createRedis, type RedisClient, workerConnection } from '@drivewatch/redis';
import { AdmittedDrivers } from '../src/ingestion/drivers/admitted-drivers';

const HOUR_MS = 3_600_000;
/** The middle of an hour. */
const NOW_MS = 500_000.5 * HOUR_MS;
const drivers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `driver ${from + n}`);

describe('new drivers over several instances', () => {
  let redis: EmbeddedService;
  let clients: RedisClient[];
  let remove: () => Promise<void>;
  let one: AdmittedDrivers;
  let other: AdmittedDrivers;
  beforeAll(async () => {
    const folder = await createTemporaryServicesDir();
    remove = () => folder.remove();
    redis = await startEmbeddedRedis();
    clients = [1, 2].map(() => createRedis(workerConnection(redis.url)));
    const config = { FLEET_DRIVERS: 20, NEW_DRIVERS_PER_KEY_HOUR: 5 };
    [one, other] = clients.map((client) => new AdmittedDrivers(client, config)) as [
      AdmittedDrivers,
      AdmittedDrivers,
    ];
  });
  beforeEach(() => clients[0]?.flushall());
  afterAll(async () => {
    for (const client of clients) client.disconnect();
    await redis.stop();
    await remove();
  });

  const count = (admissions: readonly string[]) => ({
    taken: admissions.filter((one) => one === 'taken').length,
    key: admissions.filter((one) => one === 'key').length,
    all: admissions.filter((one) => one === 'all').length,
  });

  it('lets a whole fleet appear at once, then a number per hour for each key, and no more than twice the fleet', async () => {
    const admit = async (instance: AdmittedDrivers, key: string, from: number, to: number) =>
      count(await instance.admit(key, drivers(from, to), 2, NOW_MS));
    expect(await admit(one, 'k1', 0, 18)).toEqual({ taken: 18, key: 0, all: 0 });
    expect(await admit(other, 'k1', 18, 25)).toEqual({ taken: 5, key: 2, all: 0 });
    expect(await admit(one, 'k2', 25, 32)).toEqual({ taken: 5, key: 2, all: 0 });
    expect(await admit(one, 'k3', 40, 50)).toEqual({ taken: 5, key: 5, all: 0 });
    expect(await admit(other, 'k4', 50, 60)).toEqual({ taken: 5, key: 0, all: 5 });
    expect(await admit(other, 'k5', 60, 63)).toEqual({ taken: 0, key: 0, all: 3 });
    // A driver that was taken stays so, whatever the key and instance, and in the next hour too.
    expect(await admit(other, 'k9', 0, 18)).toEqual({ taken: 18, key: 0, all: 0 });
    expect(count(await one.admit('k9', drivers(0, 18), 40, NOW_MS + HOUR_MS))).toMatchObject({ taken: 18 });
  });

  it('starts counting anew with the hour, from what is known then', async () => {
    expect(count(await one.admit('k', drivers(0, 7), 30, NOW_MS))).toEqual({ taken: 5, key: 2, all: 0 });
    expect(count(await one.admit('k', drivers(5, 7), 35, NOW_MS + HOUR_MS))).toEqual({
      taken: 2,
      key: 0,
      all: 0,
    });
    // The first caller in the hour says how many are known.
    expect(count(await other.admit('j', drivers(7, 12), 0, NOW_MS + HOUR_MS))).toEqual({
      taken: 3,
      key: 0,
      all: 2,
    });
  });

  it('takes as many of those that come at the same time as there is room for', async () => {
    const admissions = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        (n % 2 === 0 ? one : other).admit('k', [`driver ${n}`], 0, NOW_MS),
      ),
    );
    expect(count(admissions.flat())).toEqual({ taken: 25, key: 35, all: 0 });
  });

  it('makes room for others when drivers are forgotten', async () => {
    await one.admit('k', drivers(0, 45), 15, NOW_MS);
    expect(await other.admit('k', ['late'], 0, NOW_MS)).toEqual(['key']);
    await one.forget(drivers(0, 10), NOW_MS);
    expect(await other.admit('k', ['late', 'driver 0', 'driver 10'], 18, NOW_MS)).toEqual([
      'taken',
      'taken',
      'key',
    ]);
  });

  it('leaves nothing in Redis forever, and only a digest of a name', async () => {
    const long = '名'.repeat(64);
    await one.admit('k', [long], 0, NOW_MS);
    const keys = (await clients[0]?.keys('*')) ?? [];
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) expect(await clients[0]?.pttl(key)).toBeGreaterThan(0);
    const set = keys.find((key) => key.includes(':new-drivers:')) ?? '';
    expect((await clients[0]?.smembersBuffer(set))?.map(({ length }) => length)).toEqual([16]);
  });
});
