import { setTimeout as wait } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import { createDataSource, Database, DrivingRecordRepository, LiveSpeedRepository, migrate } from '../src';
import { TestPostgres } from './a-database';
import { recentParts, recentSpeeds } from './recent-speeds';
import { aRecord } from '@drivewatch/contracts/samples';

/** Inserts a record of the driver `$1`, with the number `$2`. */
const INSERT_ONE = `
  INSERT INTO driving_record (id, driver_id, plate_number, speed_kmh, site_name, recorded_at, rapid_speedup, rapid_slowdown,
    neutral_slide, neutral_slide_finished, neutral_slide_seconds, overspeed, overspeed_finished, overspeed_seconds,
    fatigue_driving, throttle_stop, oil_leak, stored_xid)
  VALUES (gen_random_uuid(), $1, '', 1, '', now(), false, false, false, false, 0, false, false, 0, false, false, false,
    $2::bigint)`;

const numberOf = async (runner: QueryRunner): Promise<string> => {
  const [{ number }] = (await runner.query(`SELECT store_number() AS number`)) as [{ number: string }];
  return number;
};

const MINUTE_MS = 60_000;
const PERIOD_MS = 30_000;

describe(LiveSpeedRepository.name, () => {
  let postgres: TestPostgres;
  let url: string;
  let database: Database;
  let records: DrivingRecordRepository;
  let speeds: LiveSpeedRepository;

  beforeAll(async () => {
    postgres = await TestPostgres.start();
  });
  beforeEach(async () => {
    url = await postgres.emptyDatabase();
    await migrate(url);
    database = new Database(url);
    records = new DrivingRecordRepository(database);
    speeds = new LiveSpeedRepository(database);
  });
  afterEach(() => database.close());
  afterAll(() => postgres.stop());

  /** The position where the next tick of an instance begins. */
  let seen: string;
  beforeEach(() => {
    seen = '0';
  });
  const nextTick = async () => {
    const { cursor } = await speeds.advance(PERIOD_MS, true);
    const tick = { cursor, speeds: (await speeds.stored(seen, cursor, 1_000)) ?? [] };
    seen = cursor;
    return tick;
  };
  const store = (driverId: string, recordedAtMs: number, speedKmh: number) =>
    records.insertNew([aRecord({ driverId, recordedAtMs, speedKmh })]);

  const setTickedFor = async (atMs: number): Promise<void> => {
    const dataSource = await database.connected();
    await dataSource.query(`UPDATE tick_cursor SET ticked_for = to_timestamp($1::float8 / 1000)`, [atMs]);
  };

  it('puts each record into one tick, oldest first', async () => {
    await store('a', 2_000, 20);
    await store('a', 1_000, 10);
    const first = await nextTick();
    expect(first.speeds.map(({ recordedAtMs, speedKmh }) => [recordedAtMs, speedKmh])).toEqual([
      [1_000, 10],
      [2_000, 20],
    ]);
    await store('b', 3_000, 30);
    expect((await nextTick()).speeds.map(({ driverId }) => driverId)).toEqual(['b']);
    expect((await nextTick()).speeds).toEqual([]);
  });

  it('lets one of many instances make the tick of a moment, and all get the same', async () => {
    const hourMs = 60 * MINUTE_MS;
    const before = await speeds.advance(hourMs, false);
    expect(before.slotMs).toBe(Math.floor(before.nowMs / hourMs) * hourMs);
    await store('a', 1_000, 10);
    expect((await speeds.advance(hourMs, false)).cursor).toBe(before.cursor);
    await setTickedFor(0);
    const positions = await Promise.all(Array.from({ length: 6 }, () => speeds.advance(hourMs, false)));
    expect(new Set(positions.map(({ cursor, slotMs }) => `${cursor} ${slotMs}`)).size).toBe(1);
    expect(await speeds.stored(before.cursor, positions[0]?.cursor ?? '0', 1)).toHaveLength(1);
  });

  it('goes on with ticks when the clock was set back', async () => {
    const { slotMs, nowMs } = await speeds.advance(PERIOD_MS, false);
    await setTickedFor(nowMs + 10 * PERIOD_MS);
    expect((await speeds.advance(PERIOD_MS, false)).slotMs).toBeLessThanOrEqual(slotMs + PERIOD_MS);
  });

  it('leaves out a store that is still under way, and has it in the next tick', async () => {
    const slow = await createDataSource(url).initialize();
    const runner = slow.createQueryRunner();
    await runner.startTransaction();
    await runner.query(INSERT_ONE, ['slow', await numberOf(runner)]);
    await store('quick', 1_000, 10);
    const whileUnderWay = await nextTick();
    expect(whileUnderWay.speeds).toEqual([]);
    await runner.commitTransaction();
    await runner.release();
    await slow.destroy();
    const afterwards = await nextTick();
    expect(afterwards.speeds.map(({ driverId }) => driverId).sort()).toEqual(['quick', 'slow']);
  });

  it('waits for no transaction that stores nothing, whatever it writes and in whichever database', async () => {
    const others = [url, await postgres.emptyDatabase()].map((other) => createDataSource(other));
    const runners: QueryRunner[] = [];
    for (const other of others) {
      const runner = (await other.initialize()).createQueryRunner();
      await runner.startTransaction();
      await runner.query(`CREATE TABLE note AS SELECT pg_current_xact_id()`);
      runners.push(runner);
    }
    await store('a', 1_000, 10);
    expect((await nextTick()).speeds.map(({ driverId }) => driverId)).toEqual(['a']);
    await store('b', 2_000, 20);
    expect((await nextTick()).speeds.map(({ driverId }) => driverId)).toEqual(['b']);
    for (const runner of runners) await runner.rollbackTransaction().then(() => runner.release());
    for (const other of others) await other.destroy();
  });

  it('gives every record to exactly one of the ticks while stores overlap, fail and are killed, with a number or without', async () => {
    const writers = await createDataSource(url, { poolSize: 6 }).initialize();
    const written = new AbortController();
    const committed: string[] = [];
    const ticks: string[] = [];
    const ticker = (async () => {
      do {
        ticks.push(...(await nextTick()).speeds.map(({ driverId }) => driverId));
        await wait(3);
      } while (!written.signal.aborted);
    })();
    const write = async (writer: number): Promise<void> => {
      for (let n = 0; n < 25; n += 1) {
        const runner = writers.createQueryRunner();
        try {
          // Delays between number, insert and commit make stores end in another order than that of their numbers.
          await runner.startTransaction();
          await runner.query(`SELECT pg_sleep(random() * 0.01)`);
          // Some records are stored without a number of their own, as the previous version and people do.
          const number = n % 3 === 0 ? '7' : await numberOf(runner);
          await runner.query(`SELECT pg_sleep(random() * 0.01)`);
          await runner.query(INSERT_ONE, [`${writer}-${n}`, number]);
          await runner.query(`SELECT pg_sleep(random() * 0.01)`);
          if (n % 5 === 1) await runner.query(`SELECT pg_terminate_backend(pg_backend_pid())`);
          if (n % 5 === 2) await runner.rollbackTransaction();
          else await runner.commitTransaction();
          if (n % 5 !== 2) committed.push(`${writer}-${n}`);
        } catch {
          // A few transactions are killed between their number and their commit.
        } finally {
          await runner.release();
        }
      }
    };
    await Promise.all(Array.from({ length: 6 }, (_, writer) => write(writer)));
    written.abort();
    await ticker;
    ticks.push(...(await nextTick()).speeds.map(({ driverId }) => driverId));
    expect(committed).toHaveLength(90);
    expect(ticks.sort()).toEqual(committed.sort());
    await writers.destroy();
  });

  it('lets the version before move the cursor, and never beyond the stores that have ended', async () => {
    await store('a', 1_000, 10);
    const dataSource = await database.connected();
    await dataSource.query(`UPDATE tick_cursor SET next_xid = greatest(next_xid, 9000000000)`);
    const cursor = await speeds.cursor();
    expect(await speeds.stored('0', cursor, 10)).toHaveLength(1);
    // After a restore into another server, all of its transaction ids are lower.
    await dataSource.query(`SELECT setval('store_number_seq', 5000000000)`);
    await store('b', 2_000, 20);
    await dataSource.query(`UPDATE tick_cursor SET next_xid = greatest(next_xid, 900)`);
    const next = await speeds.cursor();
    expect(await speeds.stored(cursor, next, 10)).toHaveLength(1);
    await store('c', 3_000, 30);
    expect((await speeds.stored(next, (await speeds.advance(PERIOD_MS, true)).cursor, 10))?.length).toBe(1);
  });

  it('gives all times in whole milliseconds, though the database has microseconds', async () => {
    const dataSource = await database.connected();
    await store('a', 1_000, 10);
    await dataSource.query(
      `UPDATE driving_record SET stored_at = '2026-11-01 00:00:00.123456Z', received_at = NULL`,
    );
    await dataSource.query(`UPDATE stored_day SET stored_at = '2026-11-01 00:00:00.123456Z'`);
    const waiting = await speeds.advance(PERIOD_MS, false);
    expect([waiting.slotMs, waiting.nowMs].map(Number.isInteger)).toEqual([true, true]);
    const storedAtMs = Date.UTC(2026, 10, 1, 0, 0, 0, 123);
    const [speed] = (await nextTick()).speeds;
    expect(speed).toMatchObject({ recordedAtMs: 1_000, receivedAtMs: storedAtMs, storedAtMs });
  });

  it('says for how long records have been waiting for a tick, and whether ticks are ahead of them', async () => {
    const dataSource = await database.connected();
    await store('a', 1_000, 10);
    const slow = await createDataSource(url).initialize();
    const runner = slow.createQueryRunner();
    await runner.startTransaction();
    await numberOf(runner);
    await store('b', 1_000, 10);
    const waiting = await speeds.advance(PERIOD_MS, true);
    const [{ storedAtMs }] = await dataSource.query<[{ storedAtMs: number }]>(
      `SELECT floor(extract(epoch FROM stored_at) * 1000)::float8 AS "storedAtMs" FROM driving_record WHERE driver_id = 'b'`,
    );
    expect(waiting).toMatchObject({ waitingSinceMs: storedAtMs, isAheadOfRecords: false });
    await runner.rollbackTransaction();
    await runner.release();
    await slow.destroy();
    expect(await speeds.advance(PERIOD_MS, true)).toMatchObject({ waitingSinceMs: null });
    await dataSource.query(`SELECT setval('store_number_seq', 1)`);
    expect(await speeds.advance(PERIOD_MS, true)).toMatchObject({ isAheadOfRecords: true });
    await migrate(url);
    expect(await speeds.advance(PERIOD_MS, true)).toMatchObject({ isAheadOfRecords: false });
  });

  it('reads what lies between two cursors, and gives up where that is too much or the cursor unknown', async () => {
    await store('a', 1_000, 10);
    const { cursor: since } = await nextTick();
    await store('a', 2_000, 20);
    await store('a', 3_000, 30);
    const { cursor } = await nextTick();
    expect((await speeds.between(since, cursor, 10))?.map(({ speedKmh }) => speedKmh)).toEqual([20, 30]);
    expect(await speeds.between(since, cursor, 1)).toBeNull();
    expect(await speeds.between('999999999999', cursor, 10)).toBeNull();
    expect(await speeds.between("1'; DROP TABLE driving_record; --", cursor, 10)).toBeNull();
  });

  it("finds each driver's recent speeds, counted back from the driver's own newest record", async () => {
    await store('old', 0, 1);
    await store('old', 10 * MINUTE_MS, 2);
    await store('old', 12 * MINUTE_MS, 3);
    await store('new', 500 * MINUTE_MS, 4);
    const { cursor } = await nextTick();
    await store('new', 501 * MINUTE_MS, 5);
    const recent = await recentSpeeds(speeds, cursor, 5 * MINUTE_MS);
    expect(recent.map(({ driverId, speedKmh }) => [driverId, speedKmh])).toEqual([
      ['old', 2],
      ['old', 3],
      ['new', 4],
    ]);
    expect((await recentSpeeds(speeds, cursor, 5 * MINUTE_MS, 1)).map(({ speedKmh }) => speedKmh)).toEqual([
      3, 4,
    ]);
  });

  it('lets no record from ahead of its arrival hide what a driver has sent of the present', async () => {
    const nowMs = Date.now();
    const sent = (recordedAtMs: number, speedKmh: number, receivedAtMs = nowMs) =>
      records.insertNew([aRecord({ driverId: 'fast', recordedAtMs, receivedAtMs, speedKmh })]);
    await sent(nowMs - 4 * MINUTE_MS, 1);
    await sent(nowMs + 5 * 60 * MINUTE_MS, 2);
    await sent(nowMs + 23 * 60 * MINUTE_MS, 3);
    await sent(nowMs + 6 * MINUTE_MS, 4);
    await sent(nowMs, 5);
    // This record arrived before the window.
    await sent(nowMs + 60 * MINUTE_MS, 6, nowMs - 31 * MINUTE_MS);
    await records.insertNew([
      aRecord({
        driverId: 'always',
        recordedAtMs: nowMs + 23 * 60 * MINUTE_MS,
        receivedAtMs: nowMs,
        speedKmh: 7,
      }),
    ]);
    const { cursor } = await nextTick();
    const recent = await recentSpeeds(speeds, cursor, 30 * MINUTE_MS);
    expect(recent.map(({ speedKmh }) => speedKmh).sort()).toEqual([1, 2, 3, 4, 5, 7]);
  });

  it('gives the drivers of a large fleet some at a time, and of each as many as fit', async () => {
    const asked: number[] = [];
    const drivers = Array.from({ length: 1_203 }, (_, n) => `d${n}`);
    for (const recordedAtMs of [1_000, 2_000, 3_000])
      await records.insertNew(drivers.map((driverId) => aRecord({ driverId, recordedAtMs })));
    const { cursor } = await nextTick();
    const parts = await recentParts(speeds, cursor, 5 * MINUTE_MS, (count) => {
      asked.push(count);
      return 2;
    });
    expect(asked).toEqual([1_203]);
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(1_000);
    expect(new Set(parts.flat().map(({ driverId }) => driverId)).size).toBe(1_203);
    expect(parts.flat()).toHaveLength(2_406);
  });
});
