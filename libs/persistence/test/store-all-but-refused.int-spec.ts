import { aRecord } from '@drivewatch/contracts/samples';
import { Database, DrivingRecordEntity, DrivingRecordRepository, migrate, storeAllButRefused } from '../src';
import { TestPostgres } from './a-database';

/** PostgreSQL cannot hold this text. */
const UNSTORABLE = '华A\u0000VM936';

describe(storeAllButRefused.name, () => {
  let postgres: TestPostgres;
  let database: Database;
  let repository: DrivingRecordRepository;

  beforeAll(async () => {
    postgres = await TestPostgres.start();
    const url = await postgres.emptyDatabase();
    await migrate(url);
    database = new Database(url);
    repository = new DrivingRecordRepository(database);
  });
  afterAll(async () => {
    await database.close();
    await postgres.stop();
  });

  it('stores every record but those that PostgreSQL refuses, and does so with few statements', async () => {
    const records = Array.from({ length: 200 }, (_, n) =>
      aRecord(n === 17 || n === 199 ? { plateNumber: UNSTORABLE } : {}),
    );
    let statements = 0;
    const insert = (part: typeof records): Promise<number> => {
      statements += 1;
      return repository.insertNew(part);
    };
    const { stored, refused } = await storeAllButRefused(records, (part) => insert([...part]));
    expect(stored).toBe(198);
    expect(refused.map(({ item }) => item)).toEqual([records[17], records[199]]);
    expect(refused[0]?.reason).toMatch(
      /^PostgreSQL refuses it \(22021, invalid byte sequence for encoding "…"/,
    );
    expect(statements).toBeLessThan(40);
    const table = await (await database.connected()).getRepository(DrivingRecordEntity).find();
    const ids = records.filter(({ plateNumber }) => plateNumber !== UNSTORABLE).map(({ id }) => id);
    expect(table.map(({ id }) => id).sort()).toEqual(ids.sort());
  });

  it('gives way to an outage, for another try to store the rest', async () => {
    const outage = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    await expect(storeAllButRefused([aRecord()], () => Promise.reject(outage))).rejects.toBe(outage);
  });
});
