import {
  Database,
  DrivingRecordEntity,
  DrivingRecordRepository,
  isPermanentStoreError,
  lastStoredAtMs,
  migrate,
} from '../src';
import { TestPostgres } from './a-database';
import { aRecord } from '@drivewatch/contracts/samples';

describe(DrivingRecordRepository.name, () => {
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

  const stored = async () =>
    (await database.connected()).getRepository(DrivingRecordEntity).find({ order: { id: 'ASC' } });

  it('stores every field as it was', async () => {
    const eventful = aRecord({
      siteName: '广东省广州市越秀区:已到达目的地',
      recordedAtMs: Date.UTC(2017, 0, 1, 15, 59, 59, 123),
      rapidSpeedup: true,
      neutralSlideFinished: true,
      neutralSlideSeconds: 12.5,
      overspeed: true,
      overspeedFinished: true,
      overspeedSeconds: 103,
      oilLeak: true,
    });
    const begunMs = Date.now();
    expect(await repository.insertNew([eventful])).toBe(1);
    const [row] = await stored();
    const { recordedAtMs, receivedAtMs, ...fields } = eventful;
    expect(row).toMatchObject(fields);
    expect(row?.recordedAt).toEqual(new Date(recordedAtMs));
    expect(row?.receivedAt).toEqual(new Date(receivedAtMs ?? NaN));
    expect(row?.storedAt.getTime()).toBeGreaterThanOrEqual(begunMs);
    expect(row?.storedAt.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it('keeps a missing position and heading missing', async () => {
    await repository.insertNew([aRecord({ latitudeDeg: null, longitudeDeg: null, headingDeg: null })]);
    expect((await stored())[0]).toMatchObject({ latitudeDeg: null, longitudeDeg: null, headingDeg: null });
  });

  it('stores records once that are handed over again, also within other ones and at the same time', async () => {
    const first = [aRecord(), aRecord()];
    const again = [...first, aRecord({ speedKmh: 1 })];
    expect(await repository.insertNew(first)).toBe(2);
    const counts = await Promise.all([repository.insertNew(again), repository.insertNew(again)]);
    expect(counts[0] + counts[1]).toBe(1);
    expect(await stored()).toHaveLength(3);
  });

  it('stores byte-identical records with ids of their own as several', async () => {
    await repository.insertNew([aRecord(), aRecord()]);
    expect(await stored()).toHaveLength(2);
  });

  it('stores all of a job or nothing, and says that bad data never heals', async () => {
    const bad = aRecord({ siteName: 'a zero byte \0 is not text to PostgreSQL' });
    const error: unknown = await repository.insertNew([aRecord(), bad]).catch((thrown: unknown) => thrown);
    expect(isPermanentStoreError(error)).toBe(true);
    expect(await stored()).toHaveLength(0);
  });

  it('knows when the last record was stored', async () => {
    const url = await postgres.emptyDatabase();
    await migrate(url);
    expect(await lastStoredAtMs(url)).toBeNull();
    const other = new Database(url);
    const records = new DrivingRecordRepository(other);
    // Devices choose ids, so the greatest one need not be the last.
    await records.insertNew([aRecord({ id: 'ffffffff-ffff-4fff-bfff-ffffffffffff' })]);
    await (await other.connected()).query(`UPDATE driving_record SET stored_at = 'epoch'`);
    const begunMs = Date.now();
    await records.insertNew([aRecord({ recordedAtMs: 0 })]);
    await other.close();
    expect(await lastStoredAtMs(url)).toBeGreaterThanOrEqual(begunMs);
    expect(await lastStoredAtMs(url)).toBeLessThanOrEqual(Date.now());
  });

  it('says that a database without its tables may heal', async () => {
    const unmigrated = new Database(await postgres.emptyDatabase());
    const error: unknown = await new DrivingRecordRepository(unmigrated)
      .insertNew([aRecord()])
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(isPermanentStoreError(error)).toBe(false);
    await unmigrated.close();
  });
});
