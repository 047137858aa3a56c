import type { ObjectStore } from '@drivewatch/object-store';
import { afterRestore, dropArchivedDays } from '../src';
import { ArchiveFixture, DAY_MS, FIRST_DAY_MS } from './archive-fixture';
import type { BucketFolder } from './bucket-folder';

describe(afterRestore.name, () => {
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
  const mend = (lines: string[] = []) =>
    afterRestore({ databaseUrl, store, timeZone: 'UTC', print: (line) => lines.push(line) });
  const drivers = async () =>
    Object.values(await bucket.driversByFolder())
      .flat()
      .sort();
  /** Turns the database back to an earlier moment. */
  const forgetWhatCameAfter = async (driver: string) => {
    await sql(`DELETE FROM driving_record WHERE driver_id LIKE '${driver}%'`);
    await sql(`DELETE FROM device_record_id WHERE id NOT IN (SELECT id FROM driving_record)`);
    await sql(`DELETE FROM archive_batch WHERE from_xid > 0`);
  };

  it('takes back what the database does not know, and archives it and what is new once, killed or not', async () => {
    await storeRecords('before', 2, FIRST_DAY_MS);
    await archive({ timeZone: 'Asia/Shanghai' });
    await storeRecords('after', 3, FIRST_DAY_MS + DAY_MS);
    await archive({ timeZone: 'Asia/Shanghai' });
    const ids = () =>
      sql(`SELECT id, driver_id FROM driving_record WHERE driver_id < 'b' ORDER BY driver_id`);
    const original = await ids();
    await forgetWhatCameAfter('after');
    await storeRecords('new', 1, FIRST_DAY_MS);
    // This works like a kill after the records were stored and before the files were deleted.
    const killed = bucket.storeThat({
      delete: () => Promise.reject(new Error('killed')),
    });
    await expect(
      afterRestore({ databaseUrl, store: killed, timeZone: 'UTC', print: () => undefined }),
    ).rejects.toThrow('killed');
    const lines: string[] = [];
    expect(await mend(lines)).toMatchObject({ isWhole: true, archived: { records: 4 } });
    expect(lines).toEqual([
      expect.stringMatching(/^Taken back: batch-\S+, 3 records, of which .* not have 0$/),
    ]);
    expect(await ids()).toEqual(original);
    expect(await drivers()).toEqual(['after0', 'after1', 'after2', 'before0', 'before1', 'new0']);
    expect(await mend()).toMatchObject({ isWhole: true, archived: { records: 0 } });
  });

  it('leaves batches of other databases alone, and says of which it knows no ids', async () => {
    await storeRecords('other', 1, FIRST_DAY_MS);
    await archive();
    await forgetWhatCameAfter('other');
    await sql(`DELETE FROM archive_batch`);
    await sql(`UPDATE database_identity SET id = gen_random_uuid()`);
    const lines: string[] = [];
    expect((await mend(lines)).isWhole).toBe(true);
    for await (const { key } of store.list('record-ids/')) await store.delete(key);
    expect((await mend(lines)).isWhole).toBe(false);
    expect(lines).toEqual([
      'Left alone: 1 batches of other databases',
      expect.stringMatching(/^NOT taken back: 1 batches/),
    ]);
    expect(await drivers()).toEqual(['other0']);
  });

  it('writes files again that the bucket lacks, or says of which days it cannot; retention keeps the days', async () => {
    await storeRecords('a', 2, FIRST_DAY_MS);
    await archive();
    const [key = ''] = (await bucket.contents()).keys();
    await store.put(key, 'cut');
    const drop = () => dropArchivedDays(databaseUrl, store, 1, Date.UTC(2018, 0, 1));
    expect((await drop()).differing).toEqual([expect.stringContaining(`2017-01-01: ${key} has 3 bytes`)]);
    await store.delete(key);
    expect((await drop()).differing).toEqual([`2017-01-01: ${key} is not in the bucket`]);
    expect(await mend()).toMatchObject({ isWhole: true, archived: { records: 2 } });
    expect([...(await bucket.contents()).keys()]).toEqual([key]);
    await store.delete(key);
    await sql(`DELETE FROM driving_record WHERE driver_id = 'a0'`);
    const lines: string[] = [];
    expect((await mend(lines)).isWhole).toBe(false);
    expect(lines).toEqual([expect.stringMatching(/CANNOT be written again: .* of 2017-01-01$/)]);
  });
});
