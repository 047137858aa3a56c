import { randomUUID } from 'node:crypto';
import type { AcceptedRecord, DrivingRecord, IdClaim } from '@drivewatch/contracts';
import { aRecord } from '@drivewatch/contracts/samples';
import { Database, DrivingRecordRepository, migrate } from '../src';
import { TestPostgres } from './a-database';

const HOUR_MS = 3_600_000;

/** Returns a record with a chosen id. */
const aClaimed = (fields: Partial<DrivingRecord & IdClaim> = {}): AcceptedRecord => {
  const { content = randomUUID(), sentId = null, ...record } = fields;
  return { ...aRecord(record), claim: { content, sentId } };
};

describe('chosen ids that are used again', () => {
  let postgres: TestPostgres;
  let database: Database;
  let repository: DrivingRecordRepository;

  beforeAll(async () => {
    postgres = await TestPostgres.start();
  });
  beforeEach(async () => {
    const url = await postgres.emptyDatabase();
    await migrate(url);
    database = new Database(url);
    repository = new DrivingRecordRepository(database);
  });
  afterEach(() => database.close());
  afterAll(() => postgres.stop());

  const query = async <T>(sql: string): Promise<T[]> => (await database.connected()).query<T[]>(sql);
  const speeds = async () =>
    (await query<{ speed: number }>('SELECT speed_kmh AS speed FROM driving_record ORDER BY 1')).map(
      ({ speed }) => speed,
    );

  it('leave what is stored as it is, and tell the same record from another one', async () => {
    const first = aClaimed({ speedKmh: 10 });
    const again = { ...first, receivedAtMs: Date.now() };
    const other = { ...aClaimed({ speedKmh: 150 }), id: first.id };
    expect(await repository.insertNew([first])).toBe(1);
    expect(await repository.insertNew([again, other])).toBe(0);
    expect(await repository.usedOtherwise([again, other, aClaimed()])).toEqual([other]);
    expect(await speeds()).toEqual([10]);
  });

  it('keep the first of two contents of one job, at one time or at two, whatever else is in it', async () => {
    const first = aClaimed({ speedKmh: 10 });
    const sameTime = { ...first, ...aClaimed({ speedKmh: 20 }), id: first.id };
    const later = { ...aClaimed({ speedKmh: 30 }), id: first.id, recordedAtMs: first.recordedAtMs + 1_000 };
    const others = Array.from({ length: 50 }, () => aClaimed({ speedKmh: 1 }));
    const made = Array.from({ length: 50 }, () => ({ ...aRecord({ speedKmh: 2 }), isIdChosen: false }));
    const job = [...others, first, sameTime, ...made, later];
    expect(await repository.insertNew(job)).toBe(101);
    expect(await repository.usedOtherwise(job)).toEqual([sameTime, later]);
    expect((await speeds()).filter((speed) => speed >= 10)).toEqual([10]);
  });

  it('are one record when its wall time was read twice, as an hour that occurs twice may be', async () => {
    const first = aClaimed();
    const again = { ...first, recordedAtMs: first.recordedAtMs + HOUR_MS };
    await repository.insertNew([first]);
    expect(await repository.insertNew([again])).toBe(0);
    expect(await repository.usedOtherwise([again])).toEqual([]);
  });

  it('are told by their times where the content was not kept, as of records from before the upgrade', async () => {
    const before = aRecord();
    await repository.insertNew([before]);
    const at = (recordedAtMs: number) => ({ ...aClaimed({ recordedAtMs }), id: before.id });
    const same = [0, HOUR_MS, -HOUR_MS, HOUR_MS / 2].map((ms) => at(before.recordedAtMs + ms));
    const another = [1, -61_000, 2.5 * HOUR_MS].map((ms) => at(before.recordedAtMs + ms));
    const unknown = { ...aRecord({ recordedAtMs: 0 }), id: before.id };
    expect(await repository.insertNew([...same, ...another, unknown])).toBe(0);
    expect(await repository.usedOtherwise([...same, ...another, unknown])).toEqual(another);
  });

  it('find what an older version has stored under the id that was sent, and take nothing else for it', async () => {
    const [before, open] = [aRecord({ speedKmh: 1 }), aClaimed({ speedKmh: 2 })];
    await repository.insertNew([before, open]);
    const derivedFrom = (record: AcceptedRecord, fields: Parameters<typeof aClaimed>[0] = {}) =>
      aClaimed({ ...record, id: randomUUID(), sentId: record.id, ...fields });
    const again = [derivedFrom(before), derivedFrom(open, { content: open.claim?.content ?? '' })];
    expect(await repository.insertNew(again)).toBe(0);
    expect(await repository.usedOtherwise(again)).toEqual([]);
    // These records have the same recordId but another sender, by chance or by intent.
    const others = [
      derivedFrom(before, { recordedAtMs: before.recordedAtMs + 5_000, speedKmh: 3 }),
      derivedFrom(open, { speedKmh: 4 }),
    ];
    expect(await repository.insertNew(others)).toBe(2);
    expect(await repository.usedOtherwise(others)).toEqual([]);
    expect(await repository.insertNew([...others, ...again])).toBe(0);
    expect(await speeds()).toEqual([1, 2, 3, 4]);
  });
});
