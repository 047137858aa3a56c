import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  launchersPostgresDir,
  createTemporaryServicesDir,
  type EmbeddedService,
  lockDirectory,
  startTestPostgres,
  type TemporaryDir,
} from '@drivewatch/local-services';
import { ArchiveRepository, Database, DrivingRecordRepository, migrate } from '@drivewatch/persistence';
import { aRecord } from '@drivewatch/contracts/samples';
import { EXIT } from '@drivewatch/config/command-line';
import { runArchive } from '../../src/archive/archive';

/** A part of this process's own command line, by which another program sees that it is alive. */
const THIS_PROGRAM = basename(process.argv[1] ?? '');

describe('npm run archive', () => {
  let temporary: TemporaryDir;
  let dataDir: string;
  let output: string;
  let notes: string;

  beforeEach(async () => {
    temporary = await createTemporaryServicesDir();
    dataDir = launchersPostgresDir(temporary.dir);
    output = '';
    notes = '';
  });
  afterEach(() => temporary.remove());

  const archive = (
    env: NodeJS.ProcessEnv = {},
    args: string[] = [],
    command: 'archive' | 'after-restore' = 'archive',
  ) =>
    runArchive({
      command,
      args,
      env: { DRIVEWATCH_DIR: temporary.dir, FLEET_TIME_ZONE: 'Asia/Shanghai', ...env },
      output: { write: (text: string) => (output += text) !== '' },
      notes: { write: (text: string) => (notes += text) !== '' },
      stop: new AbortController().signal,
    });
  const archivedFiles = async () =>
    (await readdir(join(temporary.dir, 'records-bucket/records'), { recursive: true })).filter((name) =>
      name.endsWith('.csv'),
    );
  async function store(postgres: EmbeddedService, count: number): Promise<void> {
    await migrate(postgres.url);
    const database = new Database(postgres.url);
    await new DrivingRecordRepository(database).insertNew(Array.from({ length: count }, () => aRecord()));
    await database.close();
  }

  it("archives from Drivewatch's own PostgreSQL when it does not run, and stops it again", async () => {
    const before = await startTestPostgres({ dataDir });
    await store(before, 3);
    await before.stop();
    expect(await archive()).toBe(EXIT.done);
    expect(output).toMatch(
      /Archived 3 records in 1 file \(0\.0 MB\) to file:\/\/\S+records-bucket in [\d.]+ s\n$/,
    );
    expect(await archivedFiles()).toEqual([expect.stringMatching(/^date=2017-01-01\/batch-/)]);
    // Nothing holds the folder or its database any more.
    await (await lockDirectory(temporary.dir, THIS_PROGRAM)).release();
    const after = await startTestPostgres({ dataDir, onProgress: (line) => (output += line) });
    expect(output).not.toMatch(/left behind/);
    await after.stop();
  });

  it('archives from the PostgreSQL of the running Drivewatch, which goes on, and says when nothing is new', async () => {
    const lock = await lockDirectory(temporary.dir, THIS_PROGRAM);
    const running = await startTestPostgres({ dataDir });
    await store(running, 2);
    expect(await archive()).toBe(EXIT.done);
    expect(output).toMatch(/Archived 2 records in 1 file/);
    expect(await archive()).toBe(EXIT.done);
    expect(output).toMatch(/Nothing new since the last archive \(file:\/\/\S+records-bucket\)\n$/);
    await store(running, 1);
    expect(await archivedFiles()).toHaveLength(1);
    await running.stop();
    expect(await archive()).toBe(EXIT.failed);
    expect(output).toMatch(/archive: Drivewatch is starting or stopping; try again in a moment\n$/);
    await lock.release();
  });

  it('archives from the database that DATABASE_URL names, and says in one line why it cannot', async () => {
    const postgres = await startTestPostgres();
    expect(await archive({ DATABASE_URL: postgres.url })).toBe(EXIT.failed);
    expect(output).toBe('archive: the database has no tables for the archive yet; run: npm run migrate\n');
    await store(postgres, 1);
    const unwritable = { DATABASE_URL: postgres.url, RECORDS_BUCKET: 'file:///dev/null/bucket' };
    output = '';
    expect(await archive(unwritable)).toBe(EXIT.failed);
    expect(output).toMatch(/^archive: [^\n]*\/dev\/null\/bucket[^\n]*\n$/);
    expect(await archive({ DATABASE_URL: postgres.url })).toBe(EXIT.done);
    output = '';
    expect(await archive({ DATABASE_URL: postgres.url }, [], 'after-restore')).toBe(EXIT.done);
    expect(output).toMatch(
      /^Archived 0 records in 0 files [^\n]*\nPostgreSQL and the bucket fit each other\n$/,
    );
    await rm(join(temporary.dir, 'records-bucket/record-ids'), { recursive: true });
    const database = new Database(postgres.url);
    await (await database.connected()).query('DELETE FROM archive_batch');
    await database.close();
    output = '';
    expect(await archive({ DATABASE_URL: postgres.url }, [], 'after-restore')).toBe(EXIT.failed);
    expect(output).toMatch(/^NOT taken back: 1 batches [^]*\nNot all could be mended; see above\n$/);
    const refused = new ArchiveRepository(postgres.url).exclusively(
      new AbortController().signal,
      async () => {
        output = '';
        expect(await archive({ DATABASE_URL: postgres.url }, [], 'after-restore')).toBe(EXIT.failed);
        expect(output).toMatch(/^after-restore: an archive is under way; stop the consumers[^\n]*\n$/);
      },
    );
    await refused;
    await postgres.stop();
    output = '';
    expect(await archive({ DATABASE_URL: postgres.url })).toBe(EXIT.failed);
    expect(output).toMatch(/^archive: [^\n]*ECONNREFUSED[^\n]*\n$/);
  });

  it('explains itself, and takes no arguments', async () => {
    expect(await archive({}, ['--help'])).toBe(EXIT.done);
    expect(output).toMatch(/^Usage: npm run archive \[options\]\n/);
    expect(await archive({}, ['everything'])).toBe(EXIT.usage);
    expect(await archive({}, ['--all'], 'after-restore')).toBe(EXIT.usage);
    expect(notes).toBe(
      "✗ too many arguments. Expected 0 arguments but got 1 (--help shows how)\n✗ unknown option '--all' (--help shows how)\n",
    );
  });
});
