import { createTemporaryServicesDir, startTestPostgres } from '@drivewatch/embedded-services';
import { Database, DrivingRecordRepository, LiveSpeedRepository, migrate } from '@drivewatch/persistence';
import { aRecord } from '@drivewatch/test-records';
import { LiveSpeedsService } from '../src/gateway/live-speeds.service';

const PERIOD_MS = 30_000;

describe('the live speeds of several instances', () => {
  let database: Database;
  let repository: LiveSpeedRepository;
  const undo: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    const temporary = await createTemporaryServicesDir();
    undo.push(() => temporary.remove());
    const postgres = await startTestPostgres({ dataDir: temporary.dir });
    undo.push(() => postgres.stop());
    await migrate(postgres.url);
    database = new Database(postgres.url);
    undo.push(() => database.close());
    repository = new LiveSpeedRepository(database);
  });
  afterAll(async () => {
    for (const step of undo.reverse()) await step();
  });

  const store = (speedKmh: number, recordedAtMs: number) =>
    new DrivingRecordRepository(database).insertNew([aRecord({ driverId: 'a', recordedAtMs, speedKmh })]);
  const instance = async (): Promise<LiveSpeedsService> => {
    const speeds = new LiveSpeedsService(repository);
    await speeds.load();
    return speeds;
  };
  const tick = async (speeds: LiveSpeedsService, cursor: string) => {
    speeds.apply(await speeds.readTick(cursor));
  };
  const moveCursor = async () => (await repository.advance(PERIOD_MS, true)).cursor;

  it('sends a page that comes from an instance ahead of this one just what follows the tick it has seen', async () => {
    await store(10, 1_000);
    await moveCursor();
    const [ahead, behind] = [await instance(), await instance()];
    await store(20, 2_000);
    const cursor = await moveCursor();
    await tick(ahead, cursor);
    const { meta } = await ahead.forConnecting(null);

    const connecting = behind.forConnecting(meta.cursor);
    await tick(behind, cursor);
    expect(await connecting).toMatchObject({ speeds: {}, meta: { kind: 'catch-up', cursor } });

    await store(30, 3_000);
    await tick(behind, await moveCursor());
    const { speeds } = await behind.forConnecting(meta.cursor);
    expect(speeds.a?.data.map(({ y }) => y)).toEqual([30]);
  });

  it('sends the whole picture for a cursor that no tick has come to', async () => {
    const speeds = await instance();
    expect((await speeds.forConnecting('999999999')).meta.kind).toBe('snapshot');
    expect((await speeds.forConnecting('no cursor')).meta.kind).toBe('snapshot');
  });
});
