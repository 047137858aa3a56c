import { aRecord } from '@drivewatch/test-records';
import { Database, DrivingRecordRepository, migrate } from '../src';
import { TestPostgres } from './a-database';

describe('partitions of driving records', () => {
  let postgres: TestPostgres;
  let database: Database;
  beforeAll(async () => {
    postgres = await TestPostgres.start();
    const url = await postgres.emptyDatabase();
    await migrate(url);
    database = new Database(url);
  });
  afterAll(async () => {
    await database.close();
    await postgres.stop();
  });

  it('are no more than a thousand', async () => {
    const dataSource = await database.connected();
    for (let day = 0; day < 1_010; day += 100) {
      await dataSource.query(
        `SELECT create_driving_record_day(DATE '2010-01-01' + day) FROM generate_series($1::int, $2::int) AS day`,
        [day, day + 99],
      );
    }
    const [{ count }] = await dataSource.query<[{ count: number }]>(
      `SELECT count(*)::int AS count FROM pg_inherits WHERE inhparent = 'driving_record'::regclass`,
    );
    expect(count).toBe(1_001);
    await new DrivingRecordRepository(database).insertNew([aRecord({ recordedAtMs: Date.UTC(2017, 0, 1) })]);
    expect(
      await dataSource.query(`SELECT tableoid::regclass::text AS partition FROM driving_record`),
    ).toEqual([{ partition: 'driving_record_default' }]);
  });
});
