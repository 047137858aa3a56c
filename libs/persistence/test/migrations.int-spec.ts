import type { DataSource } from 'typeorm';
import { createDataSource, Database, migrate, SchemaTooNewError } from '../src';
import { TestPostgres } from './a-database';

const appliedNames = async (dataSource: DataSource): Promise<string[]> =>
  (await dataSource.query<{ name: string }[]>('SELECT name FROM migrations')).map(({ name }) => name);

describe('migrations', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await TestPostgres.start();
  });
  afterAll(() => postgres.stop());

  it('create exactly the schema that the entities describe', async () => {
    const url = await postgres.emptyDatabase();
    await migrate(url);
    const dataSource = await createDataSource(url).initialize();
    const missing = await dataSource.driver.createSchemaBuilder().log();
    expect(missing.upQueries.map(({ query }) => query)).toEqual([]);
    await dataSource.destroy();
  });

  it('are applied once, however many programs start together', async () => {
    const url = await postgres.emptyDatabase();
    const applied = await Promise.all([migrate(url), migrate(url), migrate(url)]);
    expect(applied.flat()).toEqual([
      'CreateDrivingRecord1763900000000',
      'CreateArchiveBatch1764000000000',
      'CreateAccess1764100000000',
      'PartitionDrivingRecord1764200000000',
      'AddTickSlot1764210000000',
      'AddRecordArrival1764300000000',
      'AddRecordContent1764310000000',
      'AddDeviceKeyOwner1764400000000',
      'GroupOldRecordDays1764410000000',
      'CreateRemovedDriver1764420000000',
      'NumberStores1764500000000',
      'NoteArchiveFiles1764510000000',
      'CreateSchemaCompatibility1764520000000',
      'CreateAuditEvent1764530000000',
      'AddLiveKeys1764540000000',
    ]);
    expect(await migrate(url)).toEqual([]);
  });

  it('that a newer version has made are named, and refused only where they say that this version cannot work with them', async () => {
    const url = await postgres.emptyDatabase();
    await migrate(url);
    const database = new Database(url);
    const dataSource = await database.connected();
    expect(await database.schemaState()).toEqual({ pending: [], unknown: [], isTooNew: false });
    await dataSource.query(
      `INSERT INTO migrations (timestamp, name) VALUES (9000000000000, 'DropPlates9000000000000')`,
    );
    const warnings: string[] = [];
    expect(await migrate(url, (message) => warnings.push(message))).toEqual([]);
    expect(warnings).toEqual([
      expect.stringMatching(/newer version of Drivewatch: DropPlates9000000000000; /),
    ]);
    await dataSource.query(`UPDATE schema_compatibility SET needs_migration = 9000000000000`);
    expect(await database.schemaState()).toEqual({
      pending: [],
      unknown: ['DropPlates9000000000000'],
      isTooNew: true,
    });
    const refused = migrate(url);
    await expect(refused).rejects.toBeInstanceOf(SchemaTooNewError);
    await expect(refused).rejects.toThrow(
      /^The database was changed by a newer version .*DropPlates9000000000000; /,
    );
    await database.close();
  });

  it('removes the keys of the live feed when those are taken back, and no others', async () => {
    const url = await postgres.emptyDatabase();
    await migrate(url);
    const dataSource = await createDataSource(url).initialize();
    await dataSource.query(
      `INSERT INTO device_key (id, name, secret_hash, driver_ids, may_replay, reads_live) VALUES
         (gen_random_uuid(), 'truck', '1', '{d1}', false, false), (gen_random_uuid(), 'board', '2', '{}', false, true)`,
    );
    const namesLeft = () => dataSource.query('SELECT name FROM device_key ORDER BY name');
    expect(await namesLeft()).toHaveLength(2);
    while ((await appliedNames(dataSource)).includes('AddLiveKeys1764540000000'))
      await dataSource.undoLastMigration();
    expect(await namesLeft()).toEqual([{ name: 'truck' }]);
    await dataSource.destroy();
  });

  it('can be taken back, which leaves nothing behind', async () => {
    const url = await postgres.emptyDatabase();
    await migrate(url);
    const dataSource = await createDataSource(url).initialize();
    while ((await appliedNames(dataSource)).length > 0) await dataSource.undoLastMigration();
    const tables = await dataSource.query<{ tablename: string }[]>(
      `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`,
    );
    expect(tables.map(({ tablename }) => tablename)).toEqual(['migrations']);
    await dataSource.destroy();
  });
});
