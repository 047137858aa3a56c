import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { RECORD_QUEUE } from '@drivewatch/contracts';
import { type EmbeddedService, startEmbeddedRedis } from '@drivewatch/local-services';
import { type ObjectStore, openObjectStore } from '@drivewatch/object-store';
import { commandActor, type Database, DrivingRecordRepository, migrate } from '@drivewatch/persistence';
import { afterRestore, archiveRecords, dropArchivedDays, eraseDriver } from '@drivewatch/record-archive';
import { ALERT_KEYS, RECORD_JOB_OPTIONS, REDIS_PREFIX, withRecordQueue } from '@drivewatch/redis';
import { aRecord } from '@drivewatch/contracts/samples';
import { Worker } from 'bullmq';
import { EXIT } from '@drivewatch/config/command-line';
import { runErase } from '../../src/access/erase';
import { DyingStore } from './dying-store';
import { CLAIM, fillRedis, GONE, jobOf, STAYS } from './two-drivers';
import { tracesOf } from './traces';

const DAY_MS = 86_400_000;
const FIRST_DAY_MS = Date.UTC(2026, 0, 1);
const TIMES = { pagesToldMs: 0, activeLimitMs: 1_000 };

/**
 * Tests `npm run drivers -- erase`.
 *
 * @param seen returns the database of the running test
 */
export function describeEraseCommand(seen: () => { database: Database; databaseUrl: string }): void {
  describe('erase', () => {
    let redis: EmbeddedService;
    let folder: string;
    let store: ObjectStore;
    let published: ObjectStore;
    let output: string;

    beforeAll(async () => {
      redis = await startEmbeddedRedis();
    });
    afterAll(() => redis.stop());
    beforeEach(async () => {
      await migrate(seen().databaseUrl);
      folder = await mkdtemp(join(tmpdir(), 'drivewatch-erase-'));
      store = openObjectStore(pathToFileURL(join(folder, 'private')).href);
      published = openObjectStore(pathToFileURL(join(folder, 'public')).href);
      await withRecordQueue(redis.url, (_, client) => client.flushall());
    });
    afterEach(() => rm(folder, { recursive: true }));

    const erase = async (args: string[], ask?: (question: string) => Promise<string>) => {
      output = '';
      const write = (text: string) => (output += text) !== '';
      return runErase(
        {
          args,
          env: {
            DATABASE_URL: seen().databaseUrl,
            REDIS_URL: redis.url,
            RECORDS_BUCKET: store.url,
            PUBLIC_BUCKET: published.url,
          },
          output: { write },
          notes: { write },
          askPassword: () => Promise.resolve(''),
          ...(ask && { ask }),
        },
        TIMES,
      );
    };
    const archive = () =>
      archiveRecords({
        databaseUrl: seen().databaseUrl,
        store,
        timeZone: 'Asia/Shanghai',
        limits: { fileBytes: 400, batchRecords: 1_000 },
      });
    /** Stores that many records of each on a day, taking turns. */
    const storeDay = (day: number, count: number) =>
      new DrivingRecordRepository(seen().database).insertNew(
        Array.from({ length: 2 * count }, (_, n) =>
          aRecord({
            driverId: n % 2 === 0 ? GONE : STAYS,
            recordedAtMs: FIRST_DAY_MS + day * DAY_MS + n * 1_000,
          }),
        ),
      );
    const query = async <Row>(sql: string) => (await seen().database.connected()).query<Row[]>(sql);

    it('leaves nothing of a driver anywhere, and everything of the others', async () => {
      await storeDay(0, 5);
      await storeDay(1, 5);
      await archive();
      await storeDay(1, 2);
      await archive();
      await storeDay(2, 3);
      await query(
        `INSERT INTO device_key (id, name, secret_hash, driver_ids, may_replay, revoked_at)
         VALUES (gen_random_uuid(), 'old', '\\x01', ARRAY['${GONE}'], false, now()),
           (gen_random_uuid(), 'both', '\\x02', ARRAY['${GONE}', '${STAYS}'], false, now())`,
      );
      const rest = `${STAYS},a\nnonsense\n`;
      await store.put('records/import/a.csv', `"${GONE}",b\n${rest}${GONE.normalize('NFD')},c`);
      await store.put('records/import/b.csv.gz', gzipSync(`${rest}${GONE},b\n`));
      await putSummaries();
      await withRecordQueue(redis.url, fillRedis);

      expect(await erase([GONE, '--dry-run'])).toBe(EXIT.done);
      expect(output).toContain('PostgreSQL: 15 records would be erased\n');
      expect(output).toContain('Queue: 4 records in 3 jobs would be erased\n');
      expect(output).toMatch(/Bucket: 15 lines in \d+ files would be erased\n/);
      expect((await traces()).length).toBeGreaterThan(20);

      expect(await erase([GONE, '--yes'])).toBe(EXIT.done);
      expect(output).toContain('PostgreSQL: 15 records erased\n');
      expect(output).toContain('Queue: 4 records in 3 jobs erased\n');
      expect(await traces()).toEqual([]);

      // tools/summaries/drivewatch_summaries/forgetting.py waits for this.
      expect(await textOf(store, 'summaries/forget')).toBe('forget\n');
      expect(await query(`SELECT driver_id FROM driving_record`)).toHaveLength(15);
      expect(await query(`SELECT id FROM device_record_id`)).toHaveLength(15);
      expect(await linesOf('records/date=')).toBe(12);
      expect(await textOf(store, 'records/import/a.csv')).toBe(rest);
      expect(gunzipSync(await bytesOf(store, 'records/import/b.csv.gz')).toString()).toBe(rest);
      await withRecordQueue(redis.url, async (queue, client) => {
        const [waiting, failed] = [await queue.getWaiting(), await queue.getFailed()];
        expect([...waiting, ...failed].map(({ data }) => data.rows.length)).toEqual([1, 1]);
        expect(waiting[0]?.data).toMatchObject({ outsideIds: [0], claims: [[0, CLAIM, null]] });
        expect(await client.hkeys(ALERT_KEYS.active)).toEqual([STAYS]);
        expect(await client.lrange(ALERT_KEYS.past, 0, -1)).toHaveLength(1);
        expect(await client.hgetall(ALERT_KEYS.reporters)).toEqual({ key: '1' });
      });
      expect(await query(`SELECT kind, actor, subject, detail FROM audit_event`)).toEqual([
        {
          kind: 'driver.erased',
          actor: commandActor(),
          subject: null,
          detail: { records: 15, lines: 15, files: expect.any(Number) as number, queued: 4 },
        },
      ]);
      const kept = await query(RECORDS);
      await expectFit(3);
      // A database that knows of no batch, such as an older backup, gets the others back under their ids, and nobody
      // else.
      await query(`DELETE FROM archive_batch`);
      expect(await mend()).toMatchObject({ isWhole: true, archived: { records: 15 } });
      expect(await query(RECORDS)).toEqual(kept);

      expect(await erase([GONE, '--yes'])).toBe(EXIT.done);
      expect(output).toContain(`Nothing is left of ${GONE}\n`);
      expect(await query(`SELECT kind FROM audit_event`)).toHaveLength(1);
    });

    it('is finished by another run when it was killed at any moment, also while files were replaced', async () => {
      let deaths = 0;
      for (const isEffective of [true, false]) {
        await storeDay(isEffective ? 0 : 1, 5);
        await archive();
        await storeDay(2, 1);
        for (let lives = 0; ; lives += 1) {
          const dying = new DyingStore(store, lives, isEffective);
          const wasKilled = await eraseOn(dying).then(
            () => false,
            (error: unknown) => String(error).includes('killed'),
          );
          if (!wasKilled) break;
          deaths += 1;
          // Nobody is told that something is missing: the next run repairs what a killed one has left.
          if (lives === 3) expect(await textOf(store, 'summaries/forget')).toBe('under way\n');
        }
      }
      expect(deaths).toBeGreaterThan(8);
      await eraseOn(store);
      expect(await traces()).toEqual([]);
      const kept = await query(RECORDS);
      expect(await linesOf('records/date=')).toBe(11);
      await expectFit(1);
      await query(`DELETE FROM archive_batch`);
      expect(await mend()).toMatchObject({ isWhole: true });
      expect(await query(RECORDS)).toEqual(kept);
    });

    it('asks before it does anything, and does nothing if nobody can answer', async () => {
      await storeDay(0, 1);
      for (const [args, message] of [
        [[], /missing required argument 'id'/],
        [[GONE, STAYS], /too many arguments. Expected 1 argument but got 2/],
        [[GONE, '--force'], /--force/],
      ] as const) {
        expect(await erase([...args])).toBe(EXIT.usage);
        expect(output).toMatch(message);
      }
      expect(await erase([GONE], () => Promise.resolve(STAYS))).toBe(EXIT.failed);
      expect(output).toBe('✗ That is another ID; nothing was changed\n');
      expect(await erase([GONE])).toBe(EXIT.failed);
      expect(output).toBe('✗ There is no terminal to ask on; use --yes\n');
      expect(await query(`SELECT id FROM driving_record`)).toHaveLength(2);
      expect(await erase([GONE], () => Promise.resolve(GONE.normalize('NFD')))).toBe(EXIT.done);
      expect(await query(`SELECT id FROM driving_record`)).toHaveLength(1);
    });

    it('names the jobs that a consumer is working on, and keys that are valid', async () => {
      await query(
        `INSERT INTO device_key (id, name, secret_hash, driver_ids, may_replay)
         VALUES ('00000000-0000-4000-8000-000000000001', 'his', '\\x01', ARRAY['${GONE}'], false)`,
      );
      await withRecordQueue(redis.url, async (queue) => {
        await queue.add('store-records', jobOf(GONE), RECORD_JOB_OPTIONS);
        const worker = new Worker(RECORD_QUEUE, null, {
          connection: { url: redis.url },
          prefix: REDIS_PREFIX,
        });
        await worker.getNextJob('token');
        await worker.close();
      });
      expect(await erase([GONE, '--yes'])).toBe(EXIT.failed);
      expect(output).toMatch(/^LEFT: a consumer is at job 1, or was when it died; start a consumer/m);
      expect(output).toMatch(
        /^Left: the valid key 0{8}-\S+ \(his\) names the driver; npm run keys -- revoke/m,
      );
    });

    const eraseOn = (dying: ObjectStore) =>
      eraseDriver({
        databaseUrl: seen().databaseUrl,
        store: dying,
        published,
        driverId: GONE,
        isDryRun: false,
        eraseFromQueue: () => Promise.resolve(),
        eraseFromPages: () => Promise.resolve(),
      });

    const mend = (lines: string[] = []) =>
      afterRestore({
        databaseUrl: seen().databaseUrl,
        store,
        timeZone: 'Asia/Shanghai',
        print: (line) => lines.push(line),
      });

    /** @param unarchived records that only PostgreSQL has */
    async function expectFit(unarchived: number): Promise<void> {
      const lines: string[] = [];
      const { isWhole, archived } = await mend(lines);
      expect({ isWhole, lines, records: archived.records }).toEqual({
        isWhole: true,
        lines: [],
        records: unarchived,
      });
      const days = await dropArchivedDays(seen().databaseUrl, store, 1, Date.now());
      expect(days).toMatchObject({ kept: [], differing: [] });
      expect(await query(`SELECT id FROM driving_record`)).toEqual([]);
    }

    async function putSummaries(): Promise<void> {
      const list = gzipSync(JSON.stringify([[GONE, 'plate']]));
      await published.put('summaries/run=1/drivers.json.gz', list);
      await published.put('summaries/run=1/hourly.csv', `${GONE},plate\n`);
      await published.put('summaries/manifest.json', '{"run":"1"}');
      await store.put('summaries/state.json', '{}');
      await store.put('summaries/clean/batch=1/part.parquet', GONE);
      await store.put('rejected/records/import/a.csv.jsonl', JSON.stringify({ row: GONE }));
    }

    const traces = async () =>
      tracesOf(GONE, { folder, dataSource: await seen().database.connected(), redisUrl: redis.url });

    async function linesOf(prefix: string): Promise<number> {
      let lines = 0;
      for await (const { key } of store.list(prefix))
        lines += (await textOf(store, key)).split('\n').length - 1;
      return lines;
    }
  });
}

const RECORDS = `SELECT id, driver_id, recorded_at, received_at FROM driving_record ORDER BY id`;
async function bytesOf(store: ObjectStore, key: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of (await store.get(key)).body) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

const textOf = async (store: ObjectStore, key: string): Promise<string> =>
  (await bytesOf(store, key)).toString();
