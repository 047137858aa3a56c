import { aRecord } from '@drivewatch/contracts/samples';
import type { DataSource } from 'typeorm';
import {
  ArchiveRepository,
  type BucketCheck,
  Database,
  DrivingRecordRepository,
  type DroppedDays,
  migrate,
  RecordPartitionRepository,
} from '../src';
import { TestPostgres } from './a-database';
import { makeDayPartitions, partitionNames } from './day-partitions';

const DAY_MS = 86_400_000;
const NEW_YEAR_MS = Date.UTC(2017, 0, 1);

describe('dropping old days', () => {
  let postgres: TestPostgres;
  let url: string;
  let database: Database;
  let dataSource: DataSource;
  let repository: DrivingRecordRepository;

  beforeAll(async () => {
    postgres = await TestPostgres.start();
  });
  beforeEach(async () => {
    url = await postgres.emptyDatabase();
    await migrate(url);
    database = new Database(url);
    dataSource = await database.connected();
    repository = new DrivingRecordRepository(database);
    await makeDayPartitions(dataSource, '2017-01-01', 3);
  });
  afterEach(() => database.close());
  afterAll(() => postgres.stop());

  const store = (...timesMs: number[]) =>
    repository.insertNew(
      timesMs.map((recordedAtMs) => aRecord({ recordedAtMs, driverId: `d${recordedAtMs}` })),
    );
  const times = async () =>
    (
      await dataSource.query<{ ms: number }[]>(
        `SELECT (extract(epoch FROM recorded_at) * 1000)::float8 AS ms FROM driving_record ORDER BY 1`,
      )
    ).map(({ ms }) => ms);
  /** Marks everything as archived, as a run of the archive does that has written one file for each day. */
  const markArchived = () =>
    new ArchiveRepository(url).exclusively(new AbortController().signal, async (session) => {
      const batch = await session.nextBatch({ timeZone: 'UTC', fileBytes: 1, batchRecords: 1_000 });
      if (batch === null) return;
      const days: Record<string, number> = {};
      for await (const page of session.recordsOf(batch))
        for (const { localDate } of page) days[localDate] = (days[localDate] ?? 0) + 1;
      const files = Object.entries(days).map(([day, count]) => ({
        key: `${day}.csv`,
        bytes: count,
        days: { [day]: count },
      }));
      await session.finish(batch, { records: 0, files: files.length, bytes: 0 }, files);
    });
  const drop = (before: string, check: BucketCheck = () => Promise.resolve(null)): Promise<DroppedDays> =>
    new ArchiveRepository(url).exclusively(new AbortController().signal, (session) =>
      session.dropDays(before, check),
    );

  it('keeps days of which the archive noted another number of records, or the bucket lacks a file', async () => {
    await store(0, NEW_YEAR_MS, NEW_YEAR_MS + DAY_MS, NEW_YEAR_MS + 2 * DAY_MS);
    await markArchived();
    await dataSource.query(`DELETE FROM driving_record WHERE recorded_at = '2017-01-01T00:00:00Z'`);
    await store(NEW_YEAR_MS, NEW_YEAR_MS + 1);
    await dataSource.query(
      `UPDATE driving_record SET stored_xid = (SELECT min(stored_xid) FROM driving_record)`,
    );
    const lost =
      (day: string): BucketCheck =>
      ({ files }) =>
        Promise.resolve(files?.some(({ key }) => key.startsWith(day)) === true ? 'it is gone' : null);
    expect((await drop('2017-01-02', lost('1970-01-01'))).differing).toContain('1970-01-01: it is gone');
    expect((await times())[0]).toBe(0);
    const { dropped, kept, differing } = await drop('2017-01-04', lost('2017-01-02'));
    expect([dropped, kept]).toEqual([['2017-01-03'], ['2017-01-01', '2017-01-02']]);
    expect(differing).toEqual([
      expect.stringMatching(/^2017-01-01: PostgreSQL has 2 records of batch \S+, the archive has 1$/),
      '2017-01-02: it is gone',
    ]);
  });

  it('takes those before the day that are archived, and their ids, and no other', async () => {
    const days = [0, NEW_YEAR_MS, NEW_YEAR_MS + DAY_MS, NEW_YEAR_MS + 2 * DAY_MS];
    await store(...days);
    await markArchived();
    expect(await drop('2017-01-02')).toEqual({ dropped: ['2017-01-01'], kept: [], differing: [] });
    expect(await times()).toEqual(days.slice(2));
    for (const table of ['device_record_id', 'driver_day'])
      expect(await dataSource.query(`SELECT FROM ${table}`)).toHaveLength(2);
    expect(await drop('2017-01-02')).toEqual({ dropped: [], kept: [], differing: [] });
  });

  it('keeps a day of which a late record is not archived, until it is', async () => {
    await store(NEW_YEAR_MS, NEW_YEAR_MS + DAY_MS);
    await markArchived();
    await store(0, NEW_YEAR_MS + 1);
    expect(await drop('2017-01-03')).toEqual({
      dropped: ['2017-01-02'],
      kept: ['2017-01-01'],
      differing: [],
    });
    expect(await times()).toEqual([0, NEW_YEAR_MS, NEW_YEAR_MS + 1]);
    await markArchived();
    expect(await drop('2017-01-03')).toEqual({ dropped: ['2017-01-01'], kept: [], differing: [] });
    expect(await times()).toEqual([]);
  });

  it('takes nothing while nothing is archived', async () => {
    await store(0, NEW_YEAR_MS);
    expect(await drop('2017-01-02')).toEqual({ dropped: [], kept: ['2017-01-01'], differing: [] });
    expect(await times()).toEqual([0, NEW_YEAR_MS]);
  });

  it('keeps a day that somebody uses for long, and stores records of it again later', async () => {
    await store(NEW_YEAR_MS);
    await markArchived();
    const reader = dataSource.createQueryRunner();
    await reader.startTransaction();
    await reader.query(`SELECT count(*) FROM driving_record`);
    expect(await drop('2017-01-02')).toEqual({ dropped: [], kept: ['2017-01-01'], differing: [] });
    await reader.commitTransaction();
    await reader.release();
    expect((await drop('2017-01-02')).dropped).toEqual(['2017-01-01']);
    await store(NEW_YEAR_MS);
    expect(await times()).toEqual([NEW_YEAR_MS]);
  });

  it('takes days that share a partition together, when the last of them is old enough', async () => {
    await store(Date.UTC(2016, 3, 1), Date.UTC(2016, 11, 30));
    await new RecordPartitionRepository(database).takeFromDefault();
    expect((await partitionNames(dataSource))[0]).toBe('2016');
    await markArchived();
    expect(await drop('2016-12-31')).toEqual({ dropped: [], kept: [], differing: [] });
    expect(await dataSource.query(`SELECT FROM driver_day`)).toHaveLength(2);
    await store(Date.UTC(2016, 5, 1));
    expect((await drop('2017-01-01')).kept).toHaveLength(366);
    await markArchived();
    const { dropped, kept } = await drop('2017-01-01');
    expect([dropped.length, dropped[0], dropped.at(-1), kept]).toEqual([366, '2016-01-01', '2016-12-31', []]);
    expect(await times()).toEqual([]);
    for (const table of ['device_record_id', 'driver_day'])
      expect(await dataSource.query(`SELECT FROM ${table}`)).toHaveLength(0);
  });
});
