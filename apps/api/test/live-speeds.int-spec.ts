import { createTemporaryServicesDir, startTestPostgres } from '@drivewatch/local-services';
import { Database, DrivingRecordRepository, LiveSpeedRepository, migrate } from '@drivewatch/persistence';
import { aRecord } from '@drivewatch/contracts/samples';
import { LiveSpeedsService } from '../src/live-speeds/live-speeds.service';

const PERIOD_MS = 30_000;

class SmallTicks extends LiveSpeedsService {
  protected override readonly maxTickRecords = 100;
}

describe('the live speeds of several instances', () => {
  let database: Database;
  let repository: LiveSpeedRepository;
  const undo: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    const temporary = await createTemporaryServicesDir();
    undo.push(() => temporary.remove());
    const postgres = await startTestPostgres({ dataDir: temporary.dir });
    undo.push(() => postgres.stop());
    await migrate(postgres.url);
    database = new Database(postgres.url);
    undo.push(() => database.close());
    repository = new LiveSpeedRepository(database);
  });
  afterAll(async () => {
    for (const step of undo.reverse()) await step();
  });

  const store = (speedKmh: number, recordedAtMs: number) =>
    new DrivingRecordRepository(database).insertNew([aRecord({ driverId: 'a', recordedAtMs, speedKmh })]);
  /** @param driverId @param recordedAt SQL, in which `n` counts from 1 */
  const insert = async (count: number, driverId: string, recordedAt: string) => {
    const dataSource = await database.connected();
    await dataSource.query(
      `INSERT INTO driving_record (id, driver_id, plate_number, speed_kmh, site_name, recorded_at, rapid_speedup,
         rapid_slowdown, neutral_slide, neutral_slide_finished, neutral_slide_seconds, overspeed, overspeed_finished,
         overspeed_seconds, fatigue_driving, throttle_stop, oil_leak, stored_xid)
       SELECT gen_random_uuid(), ${driverId}, '', n % 120, '', ${recordedAt}, false, false, false, false, 0, false, false,
         0, false, false, false, store_number()
       FROM generate_series(1, $1::int) AS n`,
      [count],
    );
  };
  const instance = async (): Promise<LiveSpeedsService> => {
    const speeds = new LiveSpeedsService(repository);
    await speeds.load();
    return speeds;
  };
  const tick = async (speeds: LiveSpeedsService, cursor: string) => {
    const read = await speeds.readTick(cursor);
    if (read !== null) speeds.apply(read);
    return read;
  };
  const moveCursor = async () => (await repository.advance(PERIOD_MS, true)).cursor;

  it('sends a removed driver to no page, even before the next tick', async () => {
    await store(10, 1_000);
    await moveCursor();
    const speeds = await instance();
    expect((await speeds.forConnecting(null)).speeds).toHaveProperty('a');
    expect(speeds.remove('a', Date.now() + 60_000)).toBe(true);
    expect((await speeds.forConnecting(null)).speeds).not.toHaveProperty('a');
  });

  it('sends a page from an instance ahead of this one exactly what follows the tick it has seen', async () => {
    await store(10, 1_000);
    await moveCursor();
    const [ahead, behind] = [await instance(), await instance()];
    await store(20, 2_000);
    const cursor = await moveCursor();
    await tick(ahead, cursor);
    const { meta } = await ahead.forConnecting(null);

    const connecting = behind.forConnecting(meta.cursor);
    await tick(behind, cursor);
    expect(await connecting).toMatchObject({ speeds: {}, meta: { kind: 'catch-up', cursor } });

    await store(30, 3_000);
    await tick(behind, await moveCursor());
    const { speeds } = await behind.forConnecting(meta.cursor);
    expect(speeds.a?.data.map(({ y }) => y)).toEqual([30]);
  });

  it('sends the whole picture for a cursor that no tick has reached', async () => {
    const speeds = await instance();
    expect((await speeds.forConnecting('999999999')).meta.kind).toBe('snapshot');
    expect((await speeds.forConnecting('no cursor')).meta.kind).toBe('snapshot');
  });

  it('makes what pages are sent once for all that need the same', async () => {
    await moveCursor();
    const speeds = await instance();
    const { meta } = speeds.snapshot();
    await store(50, 5_000);
    await tick(speeds, await moveCursor());
    const [one, other] = await Promise.all(
      [meta.cursor, meta.cursor].map((seen) => speeds.forConnecting(seen)),
    );
    expect(one?.meta.kind).toBe('catch-up');
    expect(other).toBe(one);
    expect(await speeds.forConnecting(null)).toBe(await speeds.forConnecting(null));
    const before = speeds.snapshot();
    await tick(speeds, await moveCursor());
    expect(speeds.isCurrent(before)).toBe(before.meta.cursor === speeds.snapshot().meta.cursor);
  });

  it('reads a few different catch-ups until the next tick, and sends all other pages the whole picture', async () => {
    const speeds = await instance();
    const seen: string[] = [];
    for (let n = 0; n < 6; n += 1) {
      seen.push(speeds.snapshot().meta.cursor);
      await store(60 + n, 6_000 + n);
      await tick(speeds, await moveCursor());
    }
    expect(new Set(seen).size).toBe(6);
    const kinds = async (cursors: string[]) =>
      (await Promise.all(cursors.map((cursor) => speeds.forConnecting(cursor)))).map(({ meta }) => meta.kind);
    // Invalid cursors take nobody's place.
    expect(await kinds(['x', '999999999999', 'y', 'z'])).toEqual(Array<string>(4).fill('snapshot'));
    expect(await kinds(seen)).toEqual([...Array<string>(4).fill('catch-up'), 'snapshot', 'snapshot']);
    expect(await kinds([seen[0] ?? '', seen[5] ?? ''])).toEqual(['catch-up', 'snapshot']);
    await store(70, 7_000);
    await tick(speeds, await moveCursor());
    expect(await kinds([seen[5] ?? ''])).toEqual(['catch-up']);
  });

  it('sends the whole picture if more than that was missed', async () => {
    const speeds = await instance();
    const { cursor } = speeds.snapshot().meta;
    // All records are of one driver, for whom a thousand points at most are shown.
    const miss = async (count: number) => {
      await insert(count, `'busy'`, `now() - n * interval '1 ms'`);
      await tick(speeds, await moveCursor());
      return (await speeds.forConnecting(cursor)).meta.kind;
    };
    expect(await miss(10_000)).toBe('catch-up');
    expect(await miss(1)).toBe('snapshot');
  });

  it('reads the picture anew, and no more of it than is kept, if a tick would be too large', async () => {
    const speeds = new SmallTicks(repository);
    await speeds.load();
    const records = new DrivingRecordRepository(database);
    const drivers = Array.from({ length: 101 }, (_, n) => `many-${n}`);
    await records.insertNew(drivers.map((driverId) => aRecord({ driverId })));
    const cursor = await moveCursor();
    expect(await tick(speeds, cursor)).toBeNull();
    const snapshot = speeds.snapshot();
    expect(snapshot.meta).toMatchObject({ kind: 'snapshot', cursor });
    expect(Object.keys(snapshot.speeds)).toEqual(expect.arrayContaining(drivers));
    await store(40, 4_000);
    expect((await tick(speeds, await moveCursor()))?.speeds).toHaveLength(1);
  });

  it('reads a bounded part of the picture of a fleet whose last half hour is more than 125,000 records', async () => {
    await insert(
      700 * 200,
      `'fleet-' || n % 700`,
      `now() - interval '29 minutes' + ((n - 1) / 700) * interval '8 seconds'`,
    );
    await moveCursor();
    const speeds = await instance();
    const { speeds: data } = await speeds.forConnecting(null);
    const points = Object.entries(data).map(([driver, { data: held }]) => [driver, held.length] as const);
    const ofFleet = points.filter(([driver]) => driver.startsWith('fleet-'));
    expect(ofFleet).toHaveLength(700);
    expect(new Set(ofFleet.map(([, count]) => count))).toEqual(new Set([200]));
  });
});
