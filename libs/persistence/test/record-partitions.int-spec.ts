import { setTimeout as wait } from 'node:timers/promises';
import { aRecord } from '@drivewatch/contracts/samples';
import type { DataSource } from 'typeorm';
import {
  Database,
  DrivingRecordRepository,
  LiveSpeedRepository,
  migrate,
  RecordPartitionRepository,
} from '../src';
import { TestPostgres } from './a-database';
import { lowerLimits, makeDayPartitions, partitionNames } from './day-partitions';

const DAY_MS = 86_400_000;
const today = new Date();
const dayOf = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10);
const nameOf = (day: string): string => day.replaceAll('-', '');
/**
 * A month that ended longer ago than days have partitions of their own, in a year that is still divided into months.
 */
const OLD_MONTH = dayOf(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 5, 1)).slice(0, 7);
const LAST_DAY = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 4, 0)).getUTCDate();

describe('partitions that are kept beside the stores', () => {
  let postgres: TestPostgres;
  let database: Database;
  let dataSource: DataSource;
  let records: DrivingRecordRepository;
  let keeper: RecordPartitionRepository;

  beforeAll(async () => {
    postgres = await TestPostgres.start();
  });
  beforeEach(async () => {
    const url = await postgres.emptyDatabase();
    await migrate(url);
    database = new Database(url);
    dataSource = await database.connected();
    records = new DrivingRecordRepository(database);
    keeper = new RecordPartitionRepository(database);
  });
  afterEach(() => database.close());
  afterAll(() => postgres.stop());

  const store = (...days: string[]) =>
    records.insertNew(days.map((day) => aRecord({ recordedAtMs: Date.parse(day) + 43_200_000 })));
  const takeAll = async (): Promise<string> => {
    let step = await keeper.takeFromDefault();
    while (step === 'done') step = await keeper.takeFromDefault();
    return step;
  };
  const inDefault = async (): Promise<number> => {
    const [{ count }] = await dataSource.query<[{ count: number }]>(
      `SELECT count(*)::int AS count FROM driving_record_default`,
    );
    return count;
  };
  const countStored = async (): Promise<number> => {
    const [{ count }] = await dataSource.query<[{ count: number }]>(
      `SELECT count(*)::int AS count FROM driving_record`,
    );
    return count;
  };
  const dayBefore = (days: number): string => dayOf(Date.now() - days * DAY_MS);

  it('are days lately, months before, and years long ago', async () => {
    await store(
      '2000-01-01',
      '2009-06-30',
      '2009-07-01',
      `${OLD_MONTH}-02`,
      `${OLD_MONTH}-28`,
      dayBefore(50),
    );
    expect(await partitionNames(dataSource)).toEqual([]);
    expect(await takeAll()).toBe('idle');
    const expected = ['2000', '2009', nameOf(OLD_MONTH), nameOf(dayBefore(50))];
    expect(await partitionNames(dataSource)).toEqual(expected);
    expect([await inDefault(), await countStored()]).toEqual([0, 6]);
  });

  it('lose no record to whoever reads while it moves', async () => {
    await store('2011-03-06', '2011-03-07');
    const live = new LiveSpeedRepository(database);
    const { cursor } = await live.advance(30_000, true);
    const mover = dataSource.createQueryRunner();
    await mover.startTransaction();
    await mover.query(`SELECT create_driving_record_day('2011-03-06')`);
    const reading = live.stored('0', cursor, 10);
    const waiting = () => dataSource.query<unknown[]>(`SELECT FROM pg_locks WHERE NOT granted`);
    while ((await waiting()).length === 0) await wait(5);
    await mover.commitTransaction();
    await mover.release();
    expect(await reading).toHaveLength(2);
    expect([await inDefault(), await countStored()]).toEqual([0, 2]);
  });

  it('stay few when a record of every tenth day since 2000 comes, and hold each once', async () => {
    const count = Math.floor((Date.now() - Date.UTC(2000, 0, 1)) / (10 * DAY_MS));
    const old = Array.from({ length: count }, (_, n) =>
      aRecord({ recordedAtMs: Date.UTC(2000, 0, 1) + n * 10 * DAY_MS }),
    );
    expect(await records.insertNew(old)).toBe(count);
    expect(await records.insertNew(old)).toBe(0);
    expect(await takeAll()).toBe('idle');
    expect(await records.insertNew(old)).toBe(0);
    expect([await inDefault(), await countStored()]).toEqual([0, count]);
    expect((await partitionNames(dataSource)).length).toBeLessThan(80);
  });

  it('leave what is there as it is, and fill the gaps beside it', async () => {
    await makeDayPartitions(dataSource, `${OLD_MONTH}-10`, 3);
    await makeDayPartitions(dataSource, '2011-03-05', 1);
    await store(`${OLD_MONTH}-04`, `${OLD_MONTH}-11`, `${OLD_MONTH}-20`, '2011-03-04', '2011-12-31');
    expect(await takeAll()).toBe('idle');
    const month = nameOf(OLD_MONTH);
    expect(await partitionNames(dataSource)).toEqual([
      '20110101_20110304',
      '20110305',
      '20110306_20111231',
      `${month}01_${month}09`,
      ...[10, 11, 12].map((day) => `${month}${day}`),
      `${month}13_${month}${LAST_DAY}`,
    ]);
    expect([await inDefault(), await countStored()]).toEqual([0, 5]);
  });

  it('are made smaller where very many records would have to move at once', async () => {
    await lowerLimits(dataSource, 'create_driving_record_day', { most_moved: 2 });
    await store('2010-01-01', '2010-02-01', '2010-02-02', '2010-03-01', '2010-03-02', '2010-03-03');
    expect(await takeAll()).toBe('idle');
    // The newest comes first: March gets three partitions, and two when its third is gone.
    expect(await partitionNames(dataSource)).toEqual(['201001', '201002', '20100301_20100302', '20100303']);
    expect([await inDefault(), await countStored()]).toEqual([0, 6]);
  });

  it('leave room for the present: old days get none when many are there, and days become months at last', async () => {
    await lowerLimits(dataSource, 'create_driving_record_day', {
      most_beside_old: 2,
      most_beside_days: 3,
      most: 4,
    });
    await makeDayPartitions(dataSource, '2012-01-01', 2);
    await store('2013-01-01');
    expect(await takeAll()).toBe('later');
    await store(dayBefore(0));
    expect(await partitionNames(dataSource)).toEqual(['20120101', '20120102', nameOf(dayBefore(0))]);
    await store(dayBefore(40));
    expect(await takeAll()).toBe('later');
    expect(await partitionNames(dataSource)).toContain(nameOf(dayBefore(40).slice(0, 7)));
    expect(await inDefault()).toBe(1);
    // Retention or a merge makes room, and the waiting records move.
    await dataSource.query(`DROP TABLE driving_record_20120101, driving_record_20120102`);
    await lowerLimits(dataSource, 'create_driving_record_day', { most_beside_old: 3 });
    expect(await takeAll()).toBe('idle');
    expect(await partitionNames(dataSource)).toContain('2013');
    expect(await inDefault()).toBe(0);
  });

  it('never wait for a day without a place', async () => {
    await records.insertNew([
      aRecord({ recordedAtMs: 0 }),
      aRecord({ recordedAtMs: Date.now() + 10 * DAY_MS }),
    ]);
    expect(await keeper.takeFromDefault()).toBe('idle');
    expect(await inDefault()).toBe(2);
  });

  it('are there for tomorrow before a record of it is', async () => {
    expect(await keeper.makeRoomAhead()).toBe('idle');
    expect(await partitionNames(dataSource)).toEqual([nameOf(dayBefore(0)), nameOf(dayBefore(-1))]);
  });

  it('are left for later while somebody reads for long', async () => {
    await store('2014-05-05');
    const reader = dataSource.createQueryRunner();
    await reader.startTransaction();
    await reader.query(`SELECT count(*) FROM driving_record`);
    expect(await keeper.takeFromDefault()).toBe('later');
    await reader.commitTransaction();
    await reader.release();
    expect(await takeAll()).toBe('idle');
    expect(await partitionNames(dataSource)).toEqual(['2014']);
  });

  describe('merging', () => {
    const mergeAll = async (): Promise<void> => {
      while ((await keeper.merge()) === 'done');
    };

    it('puts old days together until there are few enough, and keeps every record and its id', async () => {
      await lowerLimits(dataSource, 'merge_driving_record_days', { most: 12 });
      await makeDayPartitions(dataSource, '2015-01-20', 20);
      await makeDayPartitions(dataSource, dayBefore(1), 3);
      const old = Array.from({ length: 30 }, (_, n) => aRecord({ recordedAtMs: Date.UTC(2015, 0, 12 + n) }));
      await records.insertNew(old);
      await mergeAll();
      const recent = [1, 0, -1].map((days) => nameOf(dayBefore(days)));
      expect(await partitionNames(dataSource)).toEqual([
        '201501',
        ...Array.from({ length: 8 }, (_, n) => `2015020${n + 1}`),
        ...recent,
      ]);
      await lowerLimits(dataSource, 'merge_driving_record_days', { most: 4 });
      await mergeAll();
      expect(await partitionNames(dataSource)).toEqual(['2015', ...recent]);
      expect(await records.insertNew(old)).toBe(0);
      expect([await inDefault(), await countStored()]).toEqual([0, 30]);
    });

    it('leaves days that hold much, and all of them beside an archive', async () => {
      await lowerLimits(dataSource, 'merge_driving_record_days', { most: 2, most_bytes: 8_192 });
      await makeDayPartitions(dataSource, '2015-01-30', 4);
      await store('2015-01-30', '2015-01-31', '2015-02-01');
      const archive = dataSource.createQueryRunner();
      await archive.query(`SELECT pg_advisory_lock(7218350)`);
      await mergeAll();
      expect(await partitionNames(dataSource)).toEqual(['20150130', '20150131', '20150201', '20150202']);
      await archive.query(`SELECT pg_advisory_unlock(7218350)`);
      await archive.release();
      await mergeAll();
      expect(await partitionNames(dataSource)).toEqual(['20150130', '20150131', '201502']);
    });
  });
});
