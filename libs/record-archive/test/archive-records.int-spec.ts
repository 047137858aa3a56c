import { createTestDatabase } from '@drivewatch/local-services';
import type { ObjectStore } from '@drivewatch/object-store';
import { Database, DrivingRecordRepository, migrate } from '@drivewatch/persistence';
import { aRecord } from '@drivewatch/contracts/samples';
import { archiveRecords } from '../src';
import { ArchiveFixture, DAY_MS, FIRST_DAY_MS } from './archive-fixture';
import type { BucketFolder } from './bucket-folder';

const TIME_ZONES = 'archive-time-zones.json';

describe(archiveRecords.name, () => {
  const current = ArchiveFixture.forEachTest();
  let databaseUrl: string;
  let bucket: BucketFolder;
  let store: ObjectStore;
  let storeRecords: ArchiveFixture['storeRecords'];
  let archive: ArchiveFixture['archive'];
  let sql: ArchiveFixture['sql'];
  beforeEach(() => {
    ({ databaseUrl, bucket, store, storeRecords, archive, sql } = current());
  });

  it("writes each record to the folder of its day in the fleet's zone, late ones beside the earlier ones", async () => {
    await storeRecords('evening', 2, FIRST_DAY_MS + 16 * 3_600_000 - 1_000);
    const first = await archive({ timeZone: 'Asia/Shanghai' });
    expect(first).toMatchObject({ records: 2, files: 2 });
    await storeRecords('late', 1, FIRST_DAY_MS);
    await archive({ timeZone: 'Asia/Shanghai' });
    expect(await bucket.driversByFolder()).toEqual({
      'records/date=2017-01-01': expect.arrayContaining(['evening0', 'late0']) as string[],
      'records/date=2017-01-02': ['evening1'],
    });
    expect([...(await bucket.contents()).values()]).toContain(
      'evening1,华AVM936,32.056444,118.777589,72,211,,2017-01-02 00:00:00,,,,,,,,,,,\n',
    );
    expect(await archive()).toEqual({ records: 0, files: 0, bytes: 0 });
  });

  it('reports each file with its records and its size', async () => {
    await storeRecords('a', 3, FIRST_DAY_MS);
    const files: unknown[] = [];
    const totals = await archive({ onFile: (file) => files.push(file) });
    const [[key, text] = ['', '']] = await bucket.contents();
    expect(files).toEqual([{ key, records: 3, bytes: Buffer.byteLength(text) }]);
    expect(totals).toEqual({ records: 3, files: 1, bytes: Buffer.byteLength(text) });
  });

  it('archives rows that were put in by hand, whose times are more exact', async () => {
    await storeRecords('exact', 1, FIRST_DAY_MS);
    await sql(
      `UPDATE driving_record SET received_at = recorded_at + interval '1.2345 s', recorded_at = recorded_at + interval '0.1234 ms'`,
    );
    expect(await archive()).toMatchObject({ records: 1 });
    expect([...(await bucket.contents()).values()]).toEqual([
      expect.stringMatching(/^exact0,.*,2017-01-01 00:00:00[.,]/),
    ]);
  });

  it('writes the same files again, with the same bytes, when a run has failed at any file', async () => {
    for (let day = 0; day < 3; day += 1) await storeRecords(`day${day}-`, 50, FIRST_DAY_MS + day * DAY_MS);
    const limits = { fileBytes: 2_000, batchRecords: 100 };
    const seen = new Map<string, string>();
    for (let failing = 1; failing < 4; failing += 1) {
      let puts = 0;
      const failingStore = bucket.storeThat({
        put: (key: string, body: AsyncIterable<Uint8Array>) => {
          puts += 1;
          return puts > failing ? Promise.reject(new Error('the bucket is away')) : store.put(key, body);
        },
      });
      await expect(archive({ store: failingStore, limits })).rejects.toThrow('the bucket is away');
      // Records that come in between belong to a batch of their own.
      await storeRecords(`between${failing}-`, 1, FIRST_DAY_MS);
      for (const [key, text] of await bucket.contents()) {
        expect(seen.get(key) ?? text).toBe(text);
        seen.set(key, text);
      }
    }
    await archive({ timeZone: 'Asia/Shanghai' });
    const final = await bucket.contents();
    for (const [key, text] of seen) expect(final.get(key)).toBe(text);
    expect(Object.values(await bucket.driversByFolder()).flat()).toHaveLength(153);
    expect(new Set(Object.values(await bucket.driversByFolder()).flat()).size).toBe(153);
  });

  it('keeps archives of two databases in one bucket apart that are at the same transaction', async () => {
    const other = (await createTestDatabase(current().postgresUrl)).url;
    await migrate(other);
    for (const [url, driverId] of Object.entries({ [databaseUrl]: 'first', [other]: 'second' })) {
      const source = new Database(url);
      await new DrivingRecordRepository(source).insertNew([aRecord({ driverId })]);
      await (await source.connected()).query(`UPDATE driving_record SET stored_xid = 5`);
      await archiveRecords({
        databaseUrl: url,
        store,
        timeZone: 'UTC',
        limits: { fileBytes: 100, batchRecords: 0 },
      });
      await source.close();
    }
    expect((await bucket.driversByFolder())['records/date=2017-01-01']?.sort()).toEqual(['first', 'second']);
  });

  it('stops in the middle of a file when it is told to, and leaves nothing half', async () => {
    await storeRecords('a', 5_000, FIRST_DAY_MS);
    const stop = new AbortController();
    const stopping = bucket.storeThat({
      put: (key: string, body: AsyncIterable<Uint8Array>) =>
        store.put(
          key,
          (async function* () {
            for await (const piece of body) {
              stop.abort(new Error('stopped'));
              yield piece;
            }
          })(),
        ),
    });
    await expect(archive({ store: stopping, signal: stop.signal })).rejects.toThrow('stopped');
    expect(await bucket.contents()).toEqual(new Map());
    expect(await archive()).toMatchObject({ records: 5_000, files: 1 });
  });

  describe('says in which zone it has written', () => {
    it('before a file is there that it is true of, and keeps what it has said', async () => {
      await storeRecords('a', 1, FIRST_DAY_MS);
      await archive();
      await storeRecords('b', 1, FIRST_DAY_MS);
      const dying = bucket.storeThat({ put: () => Promise.reject(new Error('the bucket is away')) });
      await expect(archive({ store: dying, timeZone: 'Asia/Shanghai' })).rejects.toThrow('away');
      expect((await bucket.zones()).archived.map(({ timeZone }) => timeZone)).toEqual([
        'UTC',
        'Asia/Shanghai',
      ]);
      // A batch that was begun in a zone is finished in it, whatever the setting is now.
      await archive();
      await storeRecords('c', 1, FIRST_DAY_MS);
      await archive();
      expect(await bucket.zonesOfFiles()).toEqual([
        ['Asia/Shanghai', '2017-01-01 08:00:00'],
        ['UTC', '2017-01-01 00:00:00'],
        ['UTC', '2017-01-01 00:00:00'],
      ]);
      const before = await store.head(TIME_ZONES);
      await archive({ timeZone: 'Asia/Shanghai' });
      expect(await store.head(TIME_ZONES)).toEqual(before);
    });

    it('also of what versions have written that said nothing, and of what it knows after a restore', async () => {
      for (const timeZone of ['UTC', 'Asia/Shanghai']) {
        await storeRecords('a', 1, FIRST_DAY_MS);
        await archive({ timeZone });
      }
      const all = await bucket.zones();
      await store.delete(TIME_ZONES);
      await archive();
      expect(await bucket.zones()).toEqual(all);
      await sql(`DELETE FROM archive_batch WHERE time_zone <> 'UTC'`);
      await sql(`UPDATE driving_record SET stored_xid = 0`);
      await storeRecords('b', 1, FIRST_DAY_MS);
      await archive();
      // The files of the batch that the database has forgotten are still there, and still in its zone.
      const zonesOfFiles = await bucket.zonesOfFiles();
      expect(zonesOfFiles.map(([zone]) => zone)).toEqual(['Asia/Shanghai', 'UTC', 'UTC']);
      const [before, forgotten] = all.archived;
      expect((await bucket.zones()).archived).toEqual([
        forgotten,
        {
          ...before,
          to: expect.any(String) as string,
          batches: [...(before?.batches ?? []), expect.any(String)],
        },
      ]);
    });

    it('beside what other databases and people say, also when they say it at the same moment', async () => {
      const others = {
        archived: [{ database: 'other', timeZone: 'UTC', from: '0', to: '9', batches: ['a'] }],
      };
      const byHand = { others: [{ prefix: 'records/import/', timeZone: 'UTC' }] };
      await storeRecords('a', 1, FIRST_DAY_MS);
      let reads = 0;
      const racing = bucket.storeThat({
        get: async (key: string) => {
          reads += 1;
          const isFirst = reads === 1;
          return store.get(key).finally(async () => {
            if (isFirst) await store.put(key, JSON.stringify({ ...others, ...byHand }));
          });
        },
      });
      await archive({ store: racing });
      expect(reads).toBe(2);
      expect(await bucket.zones()).toMatchObject({
        archived: [...others.archived, expect.objectContaining({ timeZone: 'UTC', from: '0' })],
        ...byHand,
      });
      await store.put(TIME_ZONES, '{"archived"');
      await expect(archive()).rejects.toThrow(
        /archive-time-zones.json is not what the archive writes: restore/,
      );
    });
  });
});
