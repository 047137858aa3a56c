import { aRecord } from '@drivewatch/contracts/samples';
import { Database, DrivingRecordRepository, migrate, RecordPartitionRepository } from '../src';
import { TestPostgres } from './a-database';
import { makeDayPartitions, partitionNames } from './day-partitions';

/** The number of partitions that older versions reached when they got records of as many days. */
const DAYS = 1_000;
const FILL = `
  INSERT INTO driving_record SELECT gen_random_uuid(), 'driver', 'plate', 1, 2, 3, 90, 'site',
    timestamptz '2014-01-01T12:00:00Z' + n * interval '1 day', false, false, false, false, 0, false, false, 0, false,
    false, false, now(), store_number()
  FROM generate_series(0, $1::int - 1) AS n`;

describe('a table of a thousand partitions', () => {
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

  it('has room for the present day, and gets back to few partitions without losing a record', async () => {
    const dataSource = await database.connected();
    await makeDayPartitions(dataSource, '2014-01-01', DAYS);
    await dataSource.query(FILL, [DAYS]);
    const nowMs = Date.now();
    const today = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '');
    await new DrivingRecordRepository(database).insertNew([aRecord({ recordedAtMs: nowMs })]);
    expect((await partitionNames(dataSource)).at(-1)).toBe(today.slice(0, 6));
    const keeper = new RecordPartitionRepository(database);
    while ((await keeper.merge()) === 'done');
    expect((await partitionNames(dataSource)).length).toBeLessThanOrEqual(500);
    expect(await dataSource.query(`SELECT FROM driving_record`)).toHaveLength(DAYS + 1);
    expect(await dataSource.query(`SELECT FROM driving_record_default`)).toEqual([]);
  });
});
