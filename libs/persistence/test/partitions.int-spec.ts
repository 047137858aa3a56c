import { setTimeout as delay } from 'node:timers/promises';
import type { DrivingRecord } from '@drivewatch/contracts';
import { aRecord } from '@drivewatch/contracts/samples';
import type { DataSource } from 'typeorm';
import { Database, DrivingRecordRepository, migrate } from '../src';
import { TestPostgres } from './a-database';

const DAY_MS = 86_400_000;
/** The present day, whose partition a store makes; tests end long before it stops being a present day. */
const TODAY_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const OLD_MS = Date.UTC(2017, 0, 1);
const partitionOf = (timeMs: number): string =>
  `driving_record_${new Date(timeMs).toISOString().slice(0, 10).replaceAll('-', '')}`;

describe('partitions of driving records', () => {
  let postgres: TestPostgres;
  let database: Database;
  let dataSource: DataSource;
  let repository: DrivingRecordRepository;

  beforeAll(async () => {
    postgres = await TestPostgres.start();
  });
  beforeEach(async () => {
    const url = await postgres.emptyDatabase();
    await migrate(url);
    database = new Database(url);
    dataSource = await database.connected();
    repository = new DrivingRecordRepository(database);
  });
  afterEach(() => database.close());
  afterAll(() => postgres.stop());

  /** Returns the ids by partition, in order. */
  const partitions = async (): Promise<Record<string, string[]>> => {
    const rows = await dataSource.query<{ partition: string; ids: string[] }[]>(
      `SELECT tableoid::regclass::text AS partition, array_agg(id::text ORDER BY id) AS ids FROM driving_record GROUP BY 1`,
    );
    return Object.fromEntries(rows.map(({ partition, ids }) => [partition, ids]));
  };
  const idsOf = (...records: DrivingRecord[]) => records.map(({ id }) => id).sort();

  it('are those of the UTC days of the records', async () => {
    const last = aRecord({ recordedAtMs: TODAY_MS - 1 });
    const first = aRecord({ recordedAtMs: TODAY_MS });
    const second = aRecord({ recordedAtMs: TODAY_MS + DAY_MS - 1 });
    await repository.insertNew([last, first, second]);
    expect(await partitions()).toEqual({
      [partitionOf(TODAY_MS - 1)]: idsOf(last),
      [partitionOf(TODAY_MS)]: idsOf(first, second),
    });
  });

  it('are made once by stores at the same time', async () => {
    const days = Array.from({ length: 4 }, (_, day) => TODAY_MS + (day - 1) * DAY_MS);
    const stores = Array.from({ length: 4 }, () =>
      new DrivingRecordRepository(database).insertNew(days.map((recordedAtMs) => aRecord({ recordedAtMs }))),
    );
    expect(await Promise.all(stores)).toEqual([4, 4, 4, 4]);
    expect(Object.values(await partitions()).map(({ length }) => length)).toEqual([4, 4, 4, 4]);
  });

  it('are not made for junk dates, which share one', async () => {
    const ancient = aRecord({ recordedAtMs: 0 });
    const future = aRecord({ recordedAtMs: Date.now() + 10 * DAY_MS });
    expect(await repository.insertNew([ancient, future])).toBe(2);
    expect(await partitions()).toEqual({ driving_record_default: idsOf(ancient, future) });
  });

  it('of a day take over what the default partition holds of it', async () => {
    const [here, other] = [aRecord({ recordedAtMs: TODAY_MS }), aRecord({ recordedAtMs: 0 })];
    const reader = dataSource.createQueryRunner();
    await reader.startTransaction();
    await reader.query(`SELECT count(*) FROM driving_record`);
    expect(await repository.insertNew([here, other])).toBe(2);
    expect(await partitions()).toEqual({ driving_record_default: idsOf(here, other) });
    await reader.commitTransaction();
    await reader.release();
    const next = aRecord({ recordedAtMs: TODAY_MS + 1 });
    await new DrivingRecordRepository(database).insertNew([next, here]);
    expect(await partitions()).toEqual({
      driving_record_default: idsOf(other),
      [partitionOf(TODAY_MS)]: idsOf(here, next),
    });
  });

  it('do not keep a reader that takes long from new days', async () => {
    const reader = dataSource.createQueryRunner();
    await reader.startTransaction();
    await repository.insertNew([aRecord({ recordedAtMs: TODAY_MS })]);
    await reader.query(`SELECT count(*) FROM driving_record`);
    const next = aRecord({ recordedAtMs: TODAY_MS + DAY_MS });
    await repository.insertNew([next]);
    expect((await partitions()).driving_record_default).toEqual(idsOf(next));
    await reader.rollbackTransaction();
    await reader.release();
  });

  it('that come while a record is on its way to the default partition get it all the same', async () => {
    const record = aRecord({ recordedAtMs: OLD_MS });
    const maker = dataSource.createQueryRunner();
    await maker.startTransaction();
    await maker.query(`SELECT create_driving_record_day(DATE '2017-01-01')`);
    const tooEarly = repository.insertNew([record]);
    const waiting = () =>
      dataSource.query<unknown[]>(
        `SELECT FROM pg_locks WHERE NOT granted AND relation = 'driving_record_default'::regclass`,
      );
    while ((await waiting()).length === 0) await delay(20);
    await maker.commitTransaction();
    await maker.release();
    expect(await tooEarly).toBe(1);
    expect(await partitions()).toEqual({ driving_record_2017: idsOf(record) });
  });

  describe('ids', () => {
    it('that devices chose are stored once among all days, the first time counting', async () => {
      const record = aRecord({ recordedAtMs: TODAY_MS });
      const again = { ...record, recordedAtMs: TODAY_MS + DAY_MS };
      expect(await repository.insertNew([record])).toBe(1);
      expect(await repository.insertNew([again])).toBe(0);
      expect(await partitions()).toEqual({ [partitionOf(TODAY_MS)]: idsOf(record) });
    });

    it('that come twice in one job, with two times, are stored once', async () => {
      const record = aRecord({ recordedAtMs: TODAY_MS });
      const again = { ...record, recordedAtMs: TODAY_MS + DAY_MS };
      expect(await repository.insertNew([record, again, record])).toBe(1);
      expect(await partitions()).toEqual({ [partitionOf(TODAY_MS)]: idsOf(record) });
    });

    it('that come with two times at once are stored once', async () => {
      const record = aRecord();
      const times = Array.from({ length: 8 }, (_, day) => TODAY_MS - day * DAY_MS);
      const stored = await Promise.all(
        times.map((recordedAtMs) => repository.insertNew([{ ...record, recordedAtMs }])),
      );
      expect(stored.reduce((sum, count) => sum + count, 0)).toBe(1);
      expect(Object.values(await partitions())).toEqual([[record.id]]);
    });

    it('that were made for the record are not remembered beside it, and stored once all the same', async () => {
      const records = [aRecord(), aRecord()].map((record) => ({ ...record, isIdChosen: false }));
      expect(await repository.insertNew(records)).toBe(2);
      expect(await repository.insertNew(records)).toBe(0);
      expect(await dataSource.query('SELECT FROM device_record_id')).toEqual([]);
    });
  });
});
