import { aRecord } from '@drivewatch/contracts/samples';
import type { DataSource } from 'typeorm';
import { Database, DrivingRecordRepository, LiveSpeedRepository, migrate } from '../src';
import { TestPostgres } from './a-database';
import { makeDayPartitions } from './day-partitions';
import { recentSpeeds } from './recent-speeds';

const PERIOD_MS = 30_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const FIRST_DAY_MS = Date.UTC(2017, 0, 1);
/** All days of this year, 2009, share one partition. */
const DAYS_TO_2009 = (Date.UTC(2009, 0, 1) - FIRST_DAY_MS) / DAY_MS;

/** Stores records of drivers in one partition after the other: from $1 days after the first, $2 records in each. */
const FILL = `
  INSERT INTO driving_record SELECT gen_random_uuid(), 'driver' || n % 30, 'plate', 1, 2, n % 120, 90, 'site',
    timestamptz '2017-01-01T00:00:00Z' + day * interval '1 day' + n * interval '2 seconds',
    false, false, false, false, 0, false, false, 0, false, false, false, now(), store_number()
  FROM generate_series($1::int, $2::int) AS day, generate_series(1, $3::int) AS n`;

/**
 * Tests, by PostgreSQL's own counts of its scans, that ticks and snapshots do not read more as the number of days
 * grows.
 *
 * @param count how many partitions there are; the last has many records, the others few
 */
export const describePartitions = (count: number): void => {
  describe(`${count} partitions with records`, () => {
    /** The days that have many records. */
    const lastDayMs = FIRST_DAY_MS + (count - 1) * DAY_MS;
    const lastPartition = `driving_record_${new Date(lastDayMs).toISOString().slice(0, 10).replaceAll('-', '')}`;
    let postgres: TestPostgres;
    let database: Database;
    let dataSource: DataSource;

    beforeAll(async () => {
      postgres = await TestPostgres.start();
      const url = await postgres.emptyDatabase();
      await migrate(url);
      // There is one connection, whose statistics can be asked for at once.
      database = new Database(url, { poolSize: 1 });
      dataSource = await database.connected();
      await makeDayPartitions(dataSource, '2017-01-01', count);
      await dataSource.query(`SELECT create_driving_record_day(DATE '2009-01-01')`);
      await dataSource.query(FILL, [DAYS_TO_2009, DAYS_TO_2009 + 99, 200]);
      await dataSource.query(FILL, [0, count - 2, 60]);
      await dataSource.query(FILL, [count - 1, count - 1, 20_000]);
      await dataSource.query('ANALYZE');
      await new LiveSpeedRepository(database).advance(PERIOD_MS, true);
    });
    afterAll(async () => {
      await database.close();
      await postgres.stop();
    });

    /** Returns how often each partition was scanned; those that never were are left out. */
    const scans = async () => {
      await dataSource.query(`SELECT pg_stat_force_next_flush()`);
      return dataSource.query<{ partition: string; sequential: number; byIndex: number }[]>(
        `SELECT relname AS partition, seq_scan::int AS sequential, idx_scan::int AS "byIndex" FROM pg_stat_user_tables
       WHERE relname LIKE 'driving_record%' AND seq_scan + coalesce(idx_scan, 0) > 0 ORDER BY relname`,
      );
    };
    const resetScans = async () => {
      await dataSource.query(`SELECT pg_stat_force_next_flush()`);
      await dataSource.query(`SELECT pg_stat_reset()`);
    };
    it('cost a tick no more than those of the days that were stored since the one before', async () => {
      const speeds = new LiveSpeedRepository(database);
      const late = FIRST_DAY_MS + Math.floor(count / 2) * DAY_MS + 43_200_000;
      const days = [late, lastDayMs + 50_000_000];
      await new DrivingRecordRepository(database).insertNew(
        days.map((recordedAtMs) => aRecord({ recordedAtMs })),
      );
      await resetScans();
      const since = await speeds.cursor();
      const tick = await speeds.advance(PERIOD_MS, true);
      const stored = await speeds.stored(since, tick.cursor, 1_000);
      expect(stored?.map(({ recordedAtMs }) => recordedAtMs)).toEqual(days);
      const touched = await scans();
      expect(touched.map(({ partition }) => partition)).toContain(lastPartition);
      expect(touched.length).toBeLessThanOrEqual(2);
      expect(touched.find(({ partition }) => partition === lastPartition)?.sequential).toBe(0);
      await resetScans();
      const { cursor } = await speeds.advance(PERIOD_MS, true);
      expect(await speeds.stored(tick.cursor, cursor, 1_000)).toEqual([]);
      expect(await scans()).toEqual([]);
    });

    it('that hold many days cost a tick no more than what is new in them', async () => {
      const speeds = new LiveSpeedRepository(database);
      const days = [10, 200].map((day) => FIRST_DAY_MS + (DAYS_TO_2009 + day) * DAY_MS);
      await new DrivingRecordRepository(database).insertNew(
        days.map((recordedAtMs) => aRecord({ recordedAtMs })),
      );
      await resetScans();
      const since = await speeds.cursor();
      const tick = await speeds.advance(PERIOD_MS, true);
      const stored = await speeds.stored(since, tick.cursor, 1_000);
      expect(stored?.map(({ recordedAtMs }) => recordedAtMs)).toEqual(days);
      const touched = await scans();
      expect(touched).toMatchObject([{ partition: 'driving_record_2009', sequential: 0 }]);
    });

    it('cost a snapshot no more than the last day and the one before', async () => {
      const speeds = new LiveSpeedRepository(database);
      const cursor = await speeds.cursor();
      await resetScans();
      const recent = await recentSpeeds(speeds, cursor, 5 * MINUTE_MS);
      expect(new Set(recent.map(({ driverId }) => driverId)).size).toBeGreaterThanOrEqual(30);
      const touched = await scans();
      expect(touched.map(({ partition }) => partition)).toContain(lastPartition);
      expect(touched.length).toBeLessThanOrEqual(2);
      expect(touched.find(({ partition }) => partition === lastPartition)?.sequential).toBe(0);
    });
  });
};
