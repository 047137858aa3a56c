import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createTestDatabase,
  type EmbeddedService,
  startEmbeddedRedis,
  startTestPostgres,
} from '@drivewatch/local-services';
import { ArchiveRepository } from '@drivewatch/persistence';
import { aRecord } from '@drivewatch/contracts/samples';
import { EXIT } from '@drivewatch/config/command-line';
import { runBackup } from '../../src/backup/run-backup';
import { Installation, REFUSED_DRIVER, YESTERDAY_MS } from './an-installation';

describe('npm run backup and npm run restore', () => {
  let folder: string;
  let postgres: EmbeddedService;
  let redis: EmbeddedService;
  let source: Installation;
  let backup: string;
  let output: string;
  /** Ids of records that were acknowledged before the backup began. */
  const acknowledged: string[] = [];
  const all: Installation[] = [];

  const anInstallation = async (name: string): Promise<Installation> => {
    const { url } = await createTestDatabase(postgres.url);
    const made = new Installation(url, `${redis.url}/${all.length}`, join(folder, name));
    all.push(made);
    return made;
  };

  /** @param stopAt the beginning of a line after which the program is ended */
  const run = (
    [command, ...args]: ['backup' | 'restore', ...string[]],
    env: NodeJS.ProcessEnv,
    stopAt = 'never',
  ) => {
    output = '';
    const stop = new AbortController();
    const write = (text: string): boolean => {
      output += text;
      if (text.startsWith(stopAt)) stop.abort(new Error('Ended'));
      return true;
    };
    const ownEnv = { DRIVEWATCH_DIR: join(folder, 'none'), ...env };
    return runBackup({ command, args, env: ownEnv, output: { write }, notes: { write }, stop: stop.signal });
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drivewatch-backup-'));
    backup = join(folder, 'backup');
    [postgres, redis] = await Promise.all([startTestPostgres(), startEmbeddedRedis({ appendFsync: 'no' })]);
    source = await anInstallation('source');
    await source.fill();
    acknowledged.push(...(await source.stored()).keys());
    await source.accept({ driverId: REFUSED_DRIVER });
    await source.drain();
  });
  afterAll(async () => {
    for (const installation of all) await installation.close();
    await Promise.all([postgres.stop(), redis.stop()]);
    await rm(folder, { recursive: true });
  });

  it('backs up what is acknowledged while records come in and are stored, readable only by the owner', async () => {
    for (let count = 0; count < 120; count += 1) acknowledged.push(await source.accept());
    const worker = source.consume();
    const done = new AbortController();
    const backingUp = run(['backup', backup], source.env).finally(() => done.abort());
    let meanwhile = 0;
    for (; !done.signal.aborted; meanwhile += 1) await source.accept();
    expect([await backingUp, output]).toEqual([EXIT.done, expect.stringMatching(/The backup is complete: /)]);
    await worker.close();
    expect(meanwhile).toBeGreaterThan(0);
    expect((await stat(backup)).mode & 0o777).toBe(0o700);
    for (const name of ['manifest.json', 'queue.jsonl', 'database/driving_record.copy.gz', 'private.jsonl'])
      expect((await stat(join(backup, name))).mode & 0o777).toBe(0o600);
    expect(await readdir(join(backup, 'private'))).not.toContain('summaries');

    expect(await run(['backup', backup], source.env)).toBe(EXIT.failed);
    expect(output).toMatch(/^backup: \S+ is not empty; name a new folder[^\n]*\n$/);
  });

  it('restores it elsewhere, even after an interruption, and everything goes on from there', async () => {
    const target = await anInstallation('target');
    expect(await run(['restore', backup], target.env, 'PostgreSQL:')).toBe(EXIT.failed);
    expect(await run(['restore', backup], target.env)).toBe(EXIT.done);
    expect(output).toMatch(/PostgreSQL has this backup already[^]*The restore is complete/);

    await target.drain();
    const stored = await target.stored();
    expect(acknowledged.filter((id) => stored.get(id) !== 1)).toEqual([]);
    expect((await target.jobs()).failed).toBe(1);
    const columns =
      'id, stored_xid, driver_id, site_name, recorded_at, received_at, stored_at, latitude_deg, speed_kmh';
    const oldRows = `SELECT ${columns} FROM driving_record WHERE recorded_at < now() - interval '2 days' ORDER BY id`;
    expect(await target.query(oldRows)).toEqual(await source.query(oldRows));
    for (const table of ['dashboard_user', 'device_key', 'database_identity', 'schema_compatibility'])
      expect(await target.query(`SELECT * FROM ${table}`)).toEqual(
        await source.query(`SELECT * FROM ${table}`),
      );
    const partitions = 'SELECT name, first_day, end_day FROM driving_record_partition ORDER BY name';
    expect(await target.query(partitions)).toEqual(await source.query(partitions));

    // Records stored next come after everything that was there, and are noted as usual.
    const [before] = await target.query<{ largest: string }>(
      'SELECT max(stored_xid) AS largest FROM driving_record',
    );
    await target.records.insertNew([aRecord({ driverId: 'new', recordedAtMs: YESTERDAY_MS })]);
    const [next] = await target.query<{ number: string; days: number }>(
      `SELECT stored_xid AS number, (SELECT count(*)::int FROM driver_day WHERE driver_id = 'new') AS days
       FROM driving_record WHERE driver_id = 'new'`,
    );
    expect(Number(next?.number)).toBeGreaterThan(Number(before?.largest));
    expect(next?.days).toBe(1);
    await target.archive();
    expect(await target.rowsOfBucket()).toBe((await target.stored()).size);
    const published = (at: Installation, key: string) => readFile(join(at.buckets, 'public/summaries', key));
    for (const key of ['manifest.json', 'run=1/hourly.csv'])
      expect(await published(target, key)).toEqual(await published(source, key));

    await target.disconnect();
    const filled = await target.stored();
    expect(await run(['restore', backup, '--without-buckets'], target.env)).toBe(EXIT.failed);
    expect(output).toMatch(/restore: programs of Drivewatch are connected to the database; stop the API/);
    await target.disconnect();
    expect(await run(['restore', backup, '--without-buckets'], target.env)).toBe(EXIT.failed);
    expect(output).toMatch(
      /restore: the database is in use already [^\n]*; restore into an empty one[^\n]*\n$/,
    );
    expect(await target.stored()).toEqual(filled);
  });

  it('restores its own public bucket for the owner alone, and one elsewhere for the server that reads it', async () => {
    const modeOf = async (bucket: string) =>
      (await stat(join(bucket, 'summaries/manifest.json'))).mode & 0o777;
    const elsewhere = await anInstallation('elsewhere');
    const umask = process.umask(0o022);
    try {
      expect(await run(['restore', backup], elsewhere.env)).toBe(EXIT.done);
    } finally {
      process.umask(umask);
    }
    expect(await modeOf(join(elsewhere.buckets, 'public'))).toBe(0o644);
    const own = await anInstallation('own');
    const env = { ...own.env, PUBLIC_BUCKET: undefined, DRIVEWATCH_DIR: join(folder, 'own') };
    expect(await run(['restore', backup], env)).toBe(EXIT.done);
    expect(await modeOf(join(folder, 'own/public-bucket'))).toBe(0o600);
  });

  it('replaces another published dashboard by that of the backup, even if the files have the same length', async () => {
    const target = await anInstallation('published');
    await target.publishDashboard('of after that');
    expect(await run(['restore', backup], target.env)).toBe(EXIT.done);
    expect(await readFile(join(target.buckets, 'public/assets/index.html'), 'utf8')).toBe('of the backup');
  });

  it('gives the lock of the archive back when a backup cannot be written', async () => {
    const archives = new ArchiveRepository(source.databaseUrl);
    const { signal } = new AbortController();
    const failing = archives.exclusively(signal, ({ reader }) =>
      reader.read(() => Promise.reject(new Error('The disk is full'))),
    );
    await expect(failing).rejects.toThrow('The disk is full');
    await expect(archives.exclusively(signal, () => Promise.resolve('free'))).resolves.toBe('free');
  });

  it('refuses what does not fit in one line, before it changes anything', async () => {
    const target = await anInstallation('refusing');
    const { env } = target;
    const refusal = async (dir: string, changed: NodeJS.ProcessEnv = {}): Promise<string> => {
      expect(await run(['restore', dir], { ...env, ...changed })).toBe(EXIT.failed);
      return output.trimEnd().split('\n').at(-1) ?? '';
    };
    expect(await refusal(folder)).toMatch(/is no backup: it has no manifest\.json/);
    expect(await refusal(backup, { FLEET_TIME_ZONE: 'UTC' })).toMatch(
      /FLEET_TIME_ZONE is UTC, and was Asia\/Shanghai when the backup was made; set it to that$/,
    );
    expect(await refusal(backup, { RECORDS_BUCKET: pathToFileURL(folder).href })).toMatch(
      /the private bucket \S+ is in use already \(\S+ is not as in the backup\); name an empty one/,
    );
    const other = join(folder, 'other');
    await cp(join(backup, 'public'), other, { recursive: true });
    const hours = await readFile(join(other, 'summaries/run=1/hourly.csv'));
    await writeFile(join(other, 'summaries/run=1/hourly.csv'), Buffer.alloc(hours.length));
    expect(await refusal(backup, { PUBLIC_BUCKET: pathToFileURL(other).href })).toMatch(
      /the public bucket \S+ is in use already \(summaries\/run=1\/hourly\.csv is not as in the backup\)/,
    );

    const broken = join(folder, 'broken');
    await cp(backup, broken, { recursive: true });
    const manifest = await readFile(join(broken, 'manifest.json'), 'utf8');
    await writeFile(join(broken, 'manifest.json'), manifest.replace('"format": 1', '"format": 2'));
    expect(await refusal(broken)).toMatch(/was made by a newer version \(format 2\)/);
    await writeFile(join(broken, 'manifest.json'), manifest.replace('NumberStores1', 'NumberStories1'));
    expect(await refusal(broken)).toMatch(/was made by a newer version \(NumberStories1764500000000\)/);
    await writeFile(join(broken, 'manifest.json'), manifest);
    for (const name of ['database/driver_day.copy.gz', 'queue.jsonl', 'public/summaries/run=1/hourly.csv']) {
      const bytes = await readFile(join(broken, name));
      const last = bytes.length - 1;
      await writeFile(join(broken, name), Buffer.concat([bytes.subarray(0, last), Buffer.from([0x21])]));
      expect(await refusal(broken)).toBe(
        `restore: ${join(broken, name)} is damaged: its bytes are not those that were written`,
      );
      await rm(join(broken, name));
      expect(await refusal(broken)).toBe(`restore: ${join(broken, name)} is missing`);
      await writeFile(join(broken, name), bytes);
    }
    expect(await readdir(folder)).not.toContain('refusing');
    expect(await target.query(`SELECT to_regclass('driving_record') AS found`)).toEqual([{ found: null }]);

    expect(await run(['backup', join(folder, 'none', 'inside')], source.env)).toBe(EXIT.failed);
    expect(output).toMatch(/is in DRIVEWATCH_DIR, and would be lost with it/);
    expect(await run(['backup'], source.env)).toBe(EXIT.usage);
    expect(output).toMatch(/^✗ missing required argument 'dir' \(--help shows how\)\n$/);
  });
});
