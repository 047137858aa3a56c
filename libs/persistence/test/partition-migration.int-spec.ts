import { aRecord } from '@drivewatch/contracts/samples';
import type { DataSource } from 'typeorm';
import {
  createDataSource,
  Database,
  DrivingRecordEntity,
  DrivingRecordRepository,
  lastStoredAtMs,
  LiveSpeedRepository,
  migrate,
  RecordPartitionRepository,
} from '../src';
import { TestPostgres } from './a-database';
import { makeDayPartitions, partitionNames } from './day-partitions';
import { recentSpeeds } from './recent-speeds';

/** Stores 2,000 records of 40 days and two nonsense dates; ticks have taken all but the last 500. */
const FILL = `
  INSERT INTO driving_record SELECT gen_random_uuid(), 'driver' || n % 7, 'plate', 1, 2, n % 120, 90, 'site',
    CASE n % 100 WHEN 0 THEN timestamptz 'epoch' WHEN 1 THEN timestamptz '2099-12-31T23:59:59Z'
      ELSE timestamptz '2017-01-01T00:00:00Z' + n % 40 * interval '23 hours 59 minutes' END,
    false, false, false, false, 0, false, false, 0, false, false, false, now() - interval '1 minute', n / 10
  FROM generate_series(1, 2000) AS n`;
/** Selects all records without a column that was added later. */
const ALL = `SELECT to_jsonb(driving_record) - 'received_at' AS record FROM driving_record ORDER BY id`;

/** Undoes the migration and those after it. */
async function undoPartitions(dataSource: DataSource): Promise<void> {
  const isPartitioned = async () =>
    (await dataSource.query<unknown[]>(`SELECT FROM pg_partitioned_table`)).length > 0;
  while (await isPartitioned()) await dataSource.undoLastMigration();
}

/** Undoes the migration and those after it. */
async function undoGrouping(dataSource: DataSource): Promise<void> {
  const isGrouped = async () => {
    const [{ view }] = await dataSource.query<[{ view: string | null }]>(
      `SELECT to_regclass('driving_record_partition')::text AS view`,
    );
    return view !== null;
  };
  while (await isGrouped()) await dataSource.undoLastMigration();
}

/** Stores one row for each partition that `makeDayPartitions` makes, and some rows whose days have none. */
const FILL_DAYS = `
  INSERT INTO driving_record SELECT gen_random_uuid(), 'driver' || n % 7, 'plate', 1, 2, n % 120, 90, 'site', at,
    false, false, false, false, 0, false, false, 0, false, false, false, now(), pg_current_xact_id()::text::bigint
  FROM (
    SELECT n, timestamptz '2017-01-01T12:00:00Z' + n * interval '1 day' AS at FROM generate_series(-5, 39) AS n
    UNION ALL SELECT 0, timestamptz 'epoch'
  ) AS record`;
const PLACES = `
  SELECT tableoid::regclass::text AS partition, to_jsonb(driving_record) AS record FROM driving_record ORDER BY recorded_at`;

describe('partitioning a table that holds records', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await TestPostgres.start();
  });
  afterAll(() => postgres.stop());

  it('keeps each as it is, once, in the partition of its day, and takes back as much', async () => {
    const url = await postgres.emptyDatabase();
    await migrate(url);
    const dataSource = await createDataSource(url).initialize();
    await undoPartitions(dataSource);
    await dataSource.query(FILL);
    await dataSource.query(`UPDATE tick_cursor SET next_xid = 150`);
    const before = await dataSource.query<{ record: { id: string } }[]>(ALL);
    await migrate(url);
    expect(await dataSource.query(ALL)).toEqual(before);
    expect(
      await dataSource.query(
        `SELECT FROM driving_record WHERE tableoid::regclass::text <> CASE
           WHEN recorded_at < '2000-01-01' OR recorded_at > '2099-01-01' THEN 'driving_record_default'
           ELSE 'driving_record_' || to_char(recorded_at AT TIME ZONE 'UTC', 'YYYYMMDD') END`,
      ),
    ).toEqual([]);
    const [{ lastMs }] = await dataSource.query<[{ lastMs: number }]>(
      `SELECT floor(extract(epoch FROM max(stored_at)) * 1000)::float8 AS "lastMs" FROM driving_record`,
    );
    expect(Math.floor((await lastStoredAtMs(url)) ?? 0)).toBe(lastMs);
    await undoPartitions(dataSource);
    expect(await dataSource.query(ALL)).toEqual(before);
    await dataSource.destroy();
  });

  it('leaves every day where it is when old days are grouped, and takes that back as well', async () => {
    const url = await postgres.emptyDatabase();
    await migrate(url);
    const dataSource = await createDataSource(url).initialize();
    await undoGrouping(dataSource);
    await makeDayPartitions(dataSource, '2017-01-01', 40);
    await dataSource.query(FILL_DAYS);
    const before = await dataSource.query<{ partition: string; record: unknown }[]>(PLACES);
    expect(new Set(before.map(({ partition }) => partition)).size).toBe(41);
    await migrate(url);
    expect(await dataSource.query(PLACES)).toEqual(before);
    const database = new Database(url);
    const keeper = new RecordPartitionRepository(database);
    while ((await keeper.takeFromDefault()) === 'done');
    await database.close();
    expect((await partitionNames(dataSource)).slice(0, 2)).toEqual(['2016', '20170101']);
    const noted = await dataSource.query<unknown[]>(`SELECT * FROM stored_day ORDER BY xid, day`);
    await undoGrouping(dataSource);
    const after = await dataSource.query<{ partition: string; record: unknown }[]>(PLACES);
    expect(after.map(({ record }) => record)).toEqual(before.map(({ record }) => record));
    expect(after.slice(1, 3).map(({ partition }) => partition)).toEqual([
      'driving_record_20161227',
      'driving_record_20161228',
    ]);
    expect(await dataSource.query(`SELECT * FROM stored_day ORDER BY xid, day`)).toEqual(noted);
    await migrate(url);
    expect((await dataSource.query<unknown[]>(PLACES)).length).toBe(before.length);
    await dataSource.destroy();
  });

  it('goes on with ticks, catch-ups and snapshots where they were, and takes no id again', async () => {
    const url = await postgres.emptyDatabase();
    await migrate(url);
    const dataSource = await createDataSource(url).initialize();
    await undoPartitions(dataSource);
    await dataSource.query(FILL);
    await dataSource.query(`UPDATE tick_cursor SET next_xid = 150`);
    const ids = await dataSource.getRepository(DrivingRecordEntity).find({ select: { id: true }, take: 1 });
    await migrate(url);
    const database = new Database(url);
    const speeds = new LiveSpeedRepository(database);
    expect(new Set((await recentSpeeds(speeds, '150', 60_000)).map(({ driverId }) => driverId)).size).toBe(7);
    const since = await speeds.cursor();
    const tick = await speeds.advance(30_000, true);
    expect(await speeds.stored(since, tick.cursor, 1_000)).toHaveLength(501);
    expect(await speeds.between('150', tick.cursor, 1_000)).toHaveLength(501);
    // The days that were stored before are not known any more.
    expect(await speeds.between('149', tick.cursor, 1_000)).toBeNull();
    const again = aRecord({ id: ids[0]?.id ?? '', recordedAtMs: Date.UTC(2018, 0, 1) });
    expect(await new DrivingRecordRepository(database).insertNew([again])).toBe(0);
    await database.close();
    await dataSource.destroy();
  });
});
