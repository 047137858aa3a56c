import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { DrivingRecord } from '@drivewatch/contracts';
import { aRecord } from '@drivewatch/contracts/samples';
import {
  type ArchiveBatch,
  type ArchivedRecord,
  ArchiveRepository,
  type ArchiveSession,
  ArchiveUnderWayError,
  createDataSource,
  Database,
  DrivingRecordRepository,
  migrate,
} from '../src';
import { TestPostgres } from './a-database';

const PLAN = { timeZone: 'Asia/Shanghai', fileBytes: 1_000, batchRecords: 1_000 };
const asSubmitted = (record: DrivingRecord) => ({ ...record });
const never = new AbortController().signal;

describe(ArchiveRepository.name, () => {
  let postgres: TestPostgres;
  let url: string;
  let database: Database;
  let records: DrivingRecordRepository;
  let archive: ArchiveRepository;

  beforeAll(async () => {
    postgres = await TestPostgres.start();
  });
  beforeEach(async () => {
    url = await postgres.emptyDatabase();
    await migrate(url);
    database = new Database(url);
    records = new DrivingRecordRepository(database);
    archive = new ArchiveRepository(url);
  });
  afterEach(() => database.close());
  afterAll(() => postgres.stop());

  const store = (...drivers: string[]) => records.insertNew(drivers.map((driverId) => aRecord({ driverId })));
  const driversOf = async (session: ArchiveSession, batch: ArchiveBatch) => {
    const drivers: string[] = [];
    for await (const page of session.recordsOf(batch)) drivers.push(...page.map(({ driverId }) => driverId));
    return drivers;
  };
  /** Archives everything there is and says which drivers' records were in which batch. */
  const archiveAll = (plan = PLAN) =>
    archive.exclusively(never, async (session) => {
      const batches: string[][] = [];
      for (let batch = await session.nextBatch(plan); batch; batch = await session.nextBatch(plan)) {
        batches.push(await driversOf(session, batch));
        await session.finish(batch, { records: 0, files: 0, bytes: 0 }, []);
      }
      return batches;
    });

  it('puts every record into one batch, and plans none when nothing is new', async () => {
    await store('a', 'b');
    expect(await archiveAll()).toEqual([['a', 'b']]);
    expect(await archiveAll()).toEqual([]);
    await store('late');
    expect(await archiveAll()).toEqual([['late']]);
    const planned = await (await database.connected()).query<unknown[]>('SELECT FROM archive_batch');
    expect(planned).toHaveLength(2);
  });

  it('tells for how long the oldest record has been stored that is in no finished batch', async () => {
    const hours = async () => Math.floor((await database.archiveBacklogSeconds()) / 3_600);
    const storeBefore = async (driverId: string, age: string) => {
      await store(driverId);
      await (
        await database.connected()
      ).query(`UPDATE driving_record SET stored_at = now() - $2::interval WHERE driver_id = $1`, [
        driverId,
        age,
      ]);
    };
    expect(await database.archiveBacklogSeconds()).toBe(0);
    await storeBefore('a', '9 hours');
    await storeBefore('b', '7 hours');
    expect(await hours()).toBe(9);
    await archive.exclusively(never, (session) => session.nextBatch(PLAN));
    expect(await hours()).toBe(9);
    await archiveAll();
    expect(await database.archiveBacklogSeconds()).toBe(0);
    await storeBefore('c', '5 hours');
    await archiveAll();
    await storeBefore('d', '2 hours');
    expect(await hours()).toBe(2);
    // The bucket lacks the first batch, as after a restore.
    await (
      await database.connected()
    ).query(`UPDATE archive_batch SET finished_at = NULL
             WHERE from_xid = (SELECT min(from_xid) FROM archive_batch)`);
    expect(await hours()).toBe(9);
  });

  it("gives records as they were stored, with their day in the fleet's zone, in the order of days", async () => {
    const evening = aRecord({
      driverId: 'evening',
      recordedAtMs: Date.UTC(2017, 0, 1, 16, 0, 0, 123),
      siteName: 'Gate 3, "north"',
      overspeedFinished: true,
      overspeedSeconds: 12.5,
      oilLeak: true,
    });
    const unlocated = aRecord({
      driverId: 'unlocated',
      recordedAtMs: Date.UTC(2017, 0, 1, 15, 59, 59),
      latitudeDeg: null,
      longitudeDeg: null,
      headingDeg: null,
    });
    await records.insertNew([evening]);
    await records.insertNew([unlocated]);
    const rows = await archive.exclusively(never, async (session) => {
      const batch = await session.nextBatch(PLAN);
      if (batch === null) throw new Error('no batch');
      const pages: ArchivedRecord[] = [];
      for await (const page of session.recordsOf(batch)) pages.push(...page);
      return pages;
    });
    expect(rows).toEqual([
      { ...asSubmitted(unlocated), localDate: '2017-01-01' },
      { ...asSubmitted(evening), localDate: '2017-01-02' },
    ]);
  });

  it('repeats a batch that was not finished as it was planned, before anything newer', async () => {
    await store('a', 'b', 'c');
    const first = await archive.exclusively(never, async (session) => {
      const batch = await session.nextBatch(PLAN);
      return batch && { batch, drivers: await driversOf(session, batch) };
    });
    await store('newer');
    const other = { timeZone: 'Europe/Berlin', fileBytes: 7, batchRecords: 1 };
    const again = await archive.exclusively(never, async (session) => {
      const batch = await session.nextBatch(other);
      return batch && { batch, drivers: await driversOf(session, batch) };
    });
    expect(again).toEqual(first);
    expect(first?.batch).toMatchObject({ timeZone: 'Asia/Shanghai', fileBytes: 1_000 });
    expect(await archiveAll(other)).toEqual([['a', 'b', 'c'], ['newer']]);
  });

  it('leaves a transaction that is still under way to a later batch', async () => {
    const slow = await createDataSource(url).initialize();
    const runner = slow.createQueryRunner();
    await runner.startTransaction();
    await runner.query(
      `INSERT INTO driving_record (id, driver_id, plate_number, speed_kmh, site_name, recorded_at, rapid_speedup,
         rapid_slowdown, neutral_slide, neutral_slide_finished, neutral_slide_seconds, overspeed, overspeed_finished,
         overspeed_seconds, fatigue_driving, throttle_stop, oil_leak, stored_xid)
       VALUES ($1, 'slow', '', 1, '', now(), false, false, false, false, 0, false, false, 0, false, false, false,
         store_number())`,
      [randomUUID()],
    );
    await store('quick');
    expect(await archiveAll()).toEqual([]);
    await runner.commitTransaction();
    await runner.release();
    await slow.destroy();
    expect((await archiveAll()).flat().sort()).toEqual(['quick', 'slow']);
    expect(await archiveAll()).toEqual([]);
  });

  it('takes many records in several batches, and those of one transaction together', async () => {
    await store('a', 'b');
    await store('c', 'd', 'e', 'f');
    await store('g');
    await store('h');
    expect(await archiveAll({ ...PLAN, batchRecords: 2 })).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e', 'f'],
      ['g', 'h'],
    ]);
  });

  it('is for one at a time, and for the next one as soon as the first has ended, however it ended', async () => {
    const inside = Promise.withResolvers<undefined>();
    const leave = Promise.withResolvers<undefined>();
    const first = archive.exclusively(never, async () => {
      inside.resolve(undefined);
      await leave.promise;
      throw new Error('the bucket is away');
    });
    await inside.promise;
    await expect(archiveAll()).rejects.toBeInstanceOf(ArchiveUnderWayError);
    leave.resolve(undefined);
    await expect(first).rejects.toThrow('the bucket is away');
    expect(await archiveAll()).toEqual([]);
  });

  it('lets nobody finish whose connection was cut, and somebody else take over', async () => {
    await store('a');
    const cut = archive.exclusively(never, async (session) => {
      const batch = await session.nextBatch(PLAN);
      const connections = await database.connected();
      // With a limit, pg_terminate_backend waits until the connection's process, and its lock with it, is gone.
      await connections.query(
        `SELECT pg_terminate_backend(pid, 120000) FROM pg_locks WHERE locktype = 'advisory'`,
      );
      expect(await archiveAll()).toEqual([['a']]);
      if (batch) await session.finish(batch, { records: 9, files: 9, bytes: 9 }, []);
    });
    await expect(cut).rejects.toThrow(/connection/i);
    expect(await archiveAll()).toEqual([]);
    const batches = await (await database.connected()).query<unknown[]>('SELECT records FROM archive_batch');
    expect(batches).toEqual([{ records: '0' }]);
  });

  it('ends when it is stopped, also in the middle of a statement that waits', async () => {
    await store('a');
    const connections = await database.connected();
    const blocker = connections.createQueryRunner();
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE archive_batch');
    const stop = new AbortController();
    const stopped = archive.exclusively(stop.signal, (session) => session.nextBatch(PLAN));
    const outcome = expect(stopped).rejects.toThrow('stopped');
    const waiting = () => connections.query<unknown[]>('SELECT FROM pg_locks WHERE NOT granted');
    while ((await waiting()).length === 0) await delay(20);
    stop.abort(new Error('stopped'));
    // The lock is still held.
    await outcome;
    await blocker.query('ROLLBACK');
    await blocker.release();
    expect(await archiveAll()).toEqual([['a']]);
  });

  it('says so when a copy of the database has lost its sequence, rather than leave records out, and goes on when it is mended', async () => {
    await store('a');
    expect(await archiveAll()).toEqual([['a']]);
    const connections = await database.connected();
    await connections.query(`SELECT setval('store_number_seq', 1)`);
    await expect(archiveAll()).rejects.toThrow(/copied without its sequences.*npm run migrate/);
    await migrate(url);
    await store('b');
    expect(await archiveAll()).toEqual([['b']]);
  });

  it('goes on in a server that has had far fewer transactions than the one before', async () => {
    const connections = await database.connected();
    await connections.query(`SELECT setval('store_number_seq', 5000000000)`);
    await store('a');
    expect(await archiveAll()).toEqual([['a']]);
    await store('b');
    expect(await archiveAll()).toEqual([['b']]);
  });

  it('neither archives nor drops anything of a schema that a newer version has changed too far', async () => {
    await store('a');
    const connections = await database.connected();
    await connections.query(
      `INSERT INTO migrations (timestamp, name) VALUES (9000000000000, 'Drop9000000000000')`,
    );
    expect(await archiveAll()).toEqual([['a']]);
    await connections.query(`UPDATE schema_compatibility SET needs_migration = 9000000000000`);
    await expect(archiveAll()).rejects.toThrow(/changed by a newer version.*Drop9000000000000/);
  });

  it('takes no batch of the version before beyond the stores that have ended', async () => {
    const connections = await database.connected();
    await store('a');
    // It counts in transaction ids, and there are soon more of those than stores.
    await connections.query(
      `INSERT INTO archive_batch (id, from_xid, to_xid, time_zone, file_bytes) VALUES (gen_random_uuid(), 0, 9000000000, 'UTC', 9999)`,
    );
    expect(await archiveAll()).toEqual([['a']]);
    await store('b');
    expect(await archiveAll()).toEqual([['b']]);
  });
});
