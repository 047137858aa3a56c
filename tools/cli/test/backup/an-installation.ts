import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  readRecordJob,
  RECORD_QUEUE,
  type RecordJob,
  STORE_RECORDS_JOB,
  toRecordJob,
} from '@drivewatch/contracts';
import { openObjectStore } from '@drivewatch/object-store';
import {
  DashboardUserRepository,
  Database,
  DeviceKeyRepository,
  DrivingRecordRepository,
  migrate,
} from '@drivewatch/persistence';
import { archiveRecords } from '@drivewatch/record-archive';
import { connectRedis, RECORD_JOB_OPTIONS, REDIS_PREFIX, workerConnection } from '@drivewatch/redis';
import { aRecord } from '@drivewatch/contracts/samples';
import { Queue, UnrecoverableError, Worker } from 'bullmq';

const DAY_MS = 86_400_000;
const TIME_ZONE = 'Asia/Shanghai';
export const YESTERDAY_MS = Date.now() - DAY_MS;
/** The driver whose records the consumer of these tests sets aside. */
export const REFUSED_DRIVER = 'refused';

/** A database, a queue and two buckets. */
export class Installation {
  readonly records: DrivingRecordRepository;
  private readonly database: Database;
  private readonly redis;
  private readonly queue: Queue<RecordJob>;

  /** @param buckets folder of both */
  constructor(
    readonly databaseUrl: string,
    readonly redisUrl: string,
    readonly buckets: string,
  ) {
    this.database = new Database(databaseUrl);
    this.records = new DrivingRecordRepository(this.database);
    this.redis = connectRedis(workerConnection(redisUrl), { error: () => undefined, log: () => undefined });
    this.queue = new Queue<RecordJob>(RECORD_QUEUE, { connection: this.redis, prefix: REDIS_PREFIX });
  }

  get env(): NodeJS.ProcessEnv {
    return {
      DATABASE_URL: this.databaseUrl,
      REDIS_URL: this.redisUrl,
      FLEET_TIME_ZONE: TIME_ZONE,
      RECORDS_BUCKET: pathToFileURL(join(this.buckets, 'records')).href,
      PUBLIC_BUCKET: pathToFileURL(join(this.buckets, 'public')).href,
    };
  }

  /** Adds records of days with a partition and without, half of them archived, a user, a key and a publication. */
  async fill(): Promise<void> {
    await migrate(this.databaseUrl);
    const { records, database } = this;
    for (const daysAgo of [1, 100, 2_000, 15_000]) {
      const recordedAtMs = Date.now() - daysAgo * DAY_MS;
      const day = new Date(recordedAtMs).toISOString().slice(0, 10);
      await this.query(`SELECT create_driving_record_day('${day}')`);
      await records.insertNew([aRecord({ recordedAtMs }), aRecord({ recordedAtMs, siteName: 'a\tb\\n"华' })]);
    }
    await this.archive();
    await records.insertNew([aRecord({ recordedAtMs: YESTERDAY_MS })]);
    await new DashboardUserRepository(database).add({ name: 'ada', role: 'admin', passwordHash: 'hash' });
    const key = { name: 'gateway', mayReplay: false, readsLive: false, expiresAt: null };
    const secretHash = Buffer.from('00ff7f0a', 'hex');
    await new DeviceKeyRepository(database).create({ ...key, secretHash, driverIds: ['a,b', '"c'] });
    await this.publish('run=1');
    await this.publishDashboard('of the backup');
    const state = join(this.buckets, 'records/summaries');
    await mkdir(state, { recursive: true });
    await writeFile(join(state, 'state.json'), '{}');
  }

  async publish(run: string): Promise<void> {
    const published = join(this.buckets, 'public/summaries');
    await mkdir(join(published, run), { recursive: true });
    await writeFile(join(published, run, 'hourly.csv'), run);
    const files = { hourlyCsv: `summaries/${run}/hourly.csv`, days: {} };
    await writeFile(join(published, 'manifest.json'), JSON.stringify({ run, files }));
  }

  async publishDashboard(page: string): Promise<void> {
    const assets = join(this.buckets, 'public/assets');
    await mkdir(assets, { recursive: true });
    await writeFile(join(assets, 'index.html'), page);
  }

  /** @returns the id of a record that is acknowledged with it */
  async accept(fields: Parameters<typeof aRecord>[0] = {}): Promise<string> {
    const record = aRecord({ recordedAtMs: YESTERDAY_MS, ...fields });
    await this.queue.add(STORE_RECORDS_JOB, toRecordJob([record]), RECORD_JOB_OPTIONS);
    return record.id;
  }

  /** Stores what is queued, as a consumer does. */
  consume(): Worker<RecordJob> {
    const store = async ({ data }: { data: RecordJob }): Promise<void> => {
      const records = readRecordJob(data).records.map(({ record }) => record);
      if (records.some(({ driverId }) => driverId === REFUSED_DRIVER))
        throw new UnrecoverableError('Refused');
      await this.records.insertNew(records);
    };
    return new Worker<RecordJob>(RECORD_QUEUE, store, { connection: this.redis, prefix: REDIS_PREFIX });
  }

  /** Stores until nothing waits. */
  async drain(): Promise<void> {
    const worker = this.consume();
    await new Promise<void>((resolve) => {
      worker.on('drained', () => resolve());
    });
    await worker.close();
  }

  jobs() {
    return this.queue.getJobCounts('wait', 'active', 'failed');
  }

  archive() {
    const { databaseUrl, env } = this;
    const store = openObjectStore(env.RECORDS_BUCKET ?? '', { isPrivate: true });
    return archiveRecords({ databaseUrl, store, timeZone: TIME_ZONE });
  }

  async rowsOfBucket(): Promise<number> {
    const folder = join(this.buckets, 'records/records');
    const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.csv'));
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    return texts.reduce((sum, text) => sum + text.trimEnd().split('\n').length, 0);
  }

  async query<Row>(sql: string): Promise<Row[]> {
    return (await this.database.connected()).query<Row[]>(sql);
  }

  /** @returns how often each record is stored, by id */
  async stored(): Promise<Map<string, number>> {
    const rows = await this.query<{ id: string; times: number }>(
      `SELECT id, count(*)::int AS times FROM driving_record GROUP BY id`,
    );
    return new Map(rows.map(({ id, times }) => [id, times]));
  }

  /** Disconnects from the database: connected programs would block a restore. */
  disconnect(): Promise<void> {
    return this.database.close();
  }

  async close(): Promise<void> {
    await this.queue.close();
    this.redis.disconnect();
    await this.database.close();
  }
}
