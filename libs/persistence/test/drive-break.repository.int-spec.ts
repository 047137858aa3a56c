import {
  Database,
  DriveBreakRepository,
  DrivingRecordRepository,
  LiveSpeedRepository,
  migrate,
} from '../src';
import { TestPostgres } from './a-database';
import { aRecord } from '@drivewatch/contracts/samples';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe(DriveBreakRepository.name, () => {
  let postgres: TestPostgres;
  let database: Database;
  let records: DrivingRecordRepository;
  let breaks: DriveBreakRepository;

  beforeAll(async () => {
    postgres = await TestPostgres.start();
    const url = await postgres.emptyDatabase();
    await migrate(url);
    database = new Database(url);
    records = new DrivingRecordRepository(database);
    breaks = new DriveBreakRepository(database);
  });
  afterAll(async () => {
    await database.close();
    await postgres.stop();
  });

  const store = async (driverId: string, recordedAtMs: readonly number[], receivedAtMs?: number) => {
    const received = receivedAtMs === undefined ? {} : { receivedAtMs };
    await records.insertNew(
      recordedAtMs.map((atMs) => aRecord({ driverId, recordedAtMs: atMs, ...received })),
    );
  };
  const find = async (...starts: [driverId: string, startedAtMs: number][]) => {
    const { cursor } = await new LiveSpeedRepository(database).advance(30_000, true);
    const asked = starts.map(([driverId, startedAtMs]) => ({ driverId, startedAtMs }));
    return (await breaks.firstBreaks(cursor, asked, MINUTE_MS)).map(({ driverId, lastMs }) => [
      driverId,
      lastMs,
    ]);
  };
  const seconds = (startMs: number, ...ofEach: number[]) => ofEach.map((second) => startMs + second * 1_000);

  it('finds the first break after a start, of those who have gone on after one, in any order of storing', async () => {
    const startMs = Date.now() - HOUR_MS;
    await store('paused', seconds(startMs, 130, 0, 60, 10, 300, 500));
    await store('driving', seconds(startMs, 0, 60, 120, 180));
    await store('gone', seconds(startMs, 0, 10));
    await store('at once', seconds(startMs, -10, 0, 61, 70));
    expect(
      await find(['paused', startMs], ['driving', startMs], ['gone', startMs], ['at once', startMs]),
    ).toEqual([
      ['paused', startMs + 60_000],
      ['at once', startMs],
    ]);
  });

  it('finds one that lasts for days, and one of years ago', async () => {
    const recentMs = Date.now() - 3 * 24 * HOUR_MS;
    const oldMs = Date.UTC(2017, 0, 5, 15, 2, 53);
    await store('weekend', [...seconds(recentMs, 0, 7, 20), Date.now() - 1_000]);
    await store('old', [...seconds(oldMs, 0, 7, 27), oldMs + 65 * HOUR_MS]);
    expect(await find(['weekend', recentMs], ['old', oldMs])).toEqual([
      ['weekend', recentMs + 20_000],
      ['old', oldMs + 27_000],
    ]);
  });

  it('takes records from ahead to be of when they arrived', async () => {
    const nowMs = Date.now();
    for (const ago of [40, 25, 5]) {
      await store('a minute ahead', seconds(nowMs, 90 - ago), nowMs - ago * 1_000);
      await store('hours ahead', seconds(nowMs, 20_000 - ago), nowMs - ago * 1_000);
    }
    expect(await find(['a minute ahead', nowMs - 40_000], ['hours ahead', nowMs - 40_000])).toEqual([]);
  });
});
