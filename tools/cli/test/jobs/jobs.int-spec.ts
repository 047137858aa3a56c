import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { RECORD_QUEUE, type RecordJob, toRecordJob } from '@drivewatch/contracts';
import {
  createTemporaryServicesDir,
  createTestDatabase,
  type EmbeddedService,
  launchersRedisDir,
  lockDirectory,
  startEmbeddedRedis,
  startTestPostgres,
  type TemporaryDir,
} from '@drivewatch/local-services';
import { AuditEventRepository, commandActor, Database, migrate } from '@drivewatch/persistence';
import { connectRedis, RECORD_JOB_OPTIONS, REDIS_PREFIX, workerConnection } from '@drivewatch/redis';
import { aRecord } from '@drivewatch/contracts/samples';
import { Queue, UnrecoverableError, Worker } from 'bullmq';
import { exportJobs } from '../../src/jobs/export-jobs';
import { FailedJobs } from '../../src/jobs/failed-jobs';
import { EXIT } from '@drivewatch/config/command-line';
import { runJobs } from '../../src/jobs/jobs';

/** A part of this process's own command line, by which another program sees that it is alive. */
const THIS_PROGRAM = basename(process.argv[1] ?? '');

/** Adds jobs and makes a worker give each of them up. @returns their ids */
async function failJobs(redisUrl: string, jobs: RecordJob[]): Promise<string[]> {
  const connection = connectRedis(workerConnection(redisUrl), {
    error: () => undefined,
    log: () => undefined,
  });
  const queue = new Queue<RecordJob>(RECORD_QUEUE, { connection, prefix: REDIS_PREFIX });
  const added = await queue.addBulk(
    jobs.map((data) => ({ name: 'store-records', data, opts: RECORD_JOB_OPTIONS })),
  );
  let failed = 0;
  await new Promise<void>((resolve) => {
    const refuse = () => Promise.reject(new UnrecoverableError('1 of 3 records\n cannot be stored'));
    const worker = new Worker(RECORD_QUEUE, refuse, { connection, prefix: REDIS_PREFIX });
    worker.on('failed', () => {
      failed += 1;
      if (failed === jobs.length) void worker.close().then(resolve);
    });
  });
  await queue.close();
  connection.disconnect();
  return added.map(({ id }) => id ?? '');
}

async function waitingJobs(redisUrl: string): Promise<string[]> {
  const connection = connectRedis(workerConnection(redisUrl), {
    error: () => undefined,
    log: () => undefined,
  });
  const queue = new Queue<RecordJob>(RECORD_QUEUE, { connection, prefix: REDIS_PREFIX });
  const jobs = await queue.getWaiting();
  await queue.close();
  connection.disconnect();
  return jobs.map(({ id }) => id ?? '');
}

describe('npm run jobs', () => {
  let temporary: TemporaryDir;
  let output: string;
  let notes: string;
  const running: EmbeddedService[] = [];
  beforeEach(async () => {
    temporary = await createTemporaryServicesDir();
    output = '';
  });
  afterEach(async () => {
    for (const redis of running.splice(0)) await redis.stop();
    await temporary.remove();
  });

  const startRedis = async (options: { dataDir?: string } = {}) => {
    const redis = await startEmbeddedRedis(options);
    running.push(redis);
    return redis;
  };

  const jobs = (args: string[], env: NodeJS.ProcessEnv = {}) => {
    output = '';
    notes = '';
    return runJobs({
      args,
      env: { DRIVEWATCH_DIR: temporary.dir, ...env },
      output: { write: (text: string) => (output += text) !== '' },
      notes: { write: (text: string) => (notes += text) !== '' },
    });
  };

  it('lists what has failed in the Redis of the running Drivewatch, and runs named or all jobs again', async () => {
    const lock = await lockDirectory(temporary.dir, THIS_PROGRAM);
    const redis = await startRedis({ dataDir: launchersRedisDir(temporary.dir) });
    expect([await jobs(['failed']), output]).toEqual([EXIT.done, 'No job has failed\n']);
    const nonsense = { nonsense: true } as unknown as RecordJob;
    const ids = await failJobs(redis.url, [
      toRecordJob([aRecord(), aRecord()]),
      nonsense,
      toRecordJob([aRecord()]),
    ]);
    expect(await jobs(['failed'])).toBe(EXIT.done);
    const lines = output.split('\n');
    expect(lines[0]).toMatch(/^ID +FAILED AT +RECORDS {2}WHY$/);
    const [first = '', second = '', third = ''] = ids;
    const shown = lines
      .slice(1, 4)
      .map((line) => line.replace(/\d{4}-\d\d-\d\dT[\d:]{8}Z/, 'TIME').replaceAll(/ +/g, ' '));
    expect(shown.sort()).toEqual([
      `${first} TIME 2 1 of 3 records cannot be stored`,
      `${second} TIME ? 1 of 3 records cannot be stored`,
      `${third} TIME 1 1 of 3 records cannot be stored`,
    ]);
    expect(lines[4]).toMatch(/^3 jobs failed; to have them run again: npm run jobs -- retry/);

    expect(await jobs(['retry', second, '999'])).toBe(EXIT.failed);
    expect(output).toBe(`Job ${second} will be run again\nThere is no failed job 999\n`);
    expect(notes).toBe("The audit log does not know of it: Drivewatch's own PostgreSQL does not run\n");
    expect(await waitingJobs(redis.url)).toEqual([second]);
    expect([await jobs(['retry', second]), output]).toEqual([
      EXIT.failed,
      `There is no failed job ${second}\n`,
    ]);
    expect([await jobs(['retry', '--all']), output]).toEqual([EXIT.done, '2 jobs will be run again\n']);
    expect((await waitingJobs(redis.url)).sort()).toEqual([...ids].sort());
    expect([await jobs(['retry', '--all']), output]).toEqual([EXIT.done, 'No job has failed\n']);

    await redis.stop();
    expect(await jobs(['failed'])).toBe(EXIT.failed);
    expect(output).toBe('jobs: Drivewatch is starting or stopping; try again in a moment\n');
    await lock.release();
  });

  it('notes in the audit log who ran jobs again, removed them and put them back', async () => {
    const [postgres, redis] = await Promise.all([startTestPostgres(), startRedis()]);
    running.push(postgres);
    const { url: DATABASE_URL } = await createTestDatabase(postgres.url);
    await migrate(DATABASE_URL);
    const [first = '', second = ''] = await failJobs(redis.url, [
      toRecordJob([aRecord()]),
      toRecordJob([aRecord()]),
    ]);
    const env = { REDIS_URL: redis.url, DATABASE_URL };
    const to = join(temporary.dir, 'out.jsonl');
    expect(await jobs(['retry', first], env)).toBe(EXIT.done);
    expect(await jobs(['remove', second, '--to', to], env)).toBe(EXIT.done);
    expect(await jobs(['restore', to], env)).toBe(EXIT.done);
    expect(notes).toBe('');
    const database = new Database(DATABASE_URL);
    const events = await new AuditEventRepository(database).list({ limit: 9 });
    await database.close();
    expect(events.reverse()).toMatchObject([
      { kind: 'queue.job-retried', subject: first, actor: commandActor() },
      { kind: 'queue.job-removed', subject: second, detail: { file: to } },
      { kind: 'queue.job-restored', subject: expect.any(String) as string, detail: { file: to } },
    ]);
  });

  it("looks into Drivewatch's own Redis when it does not run, and stops it again", async () => {
    const before = await startRedis({ dataDir: launchersRedisDir(temporary.dir) });
    const [id = ''] = await failJobs(before.url, [toRecordJob([aRecord()])]);
    await before.stop();
    expect(await jobs(['retry', id])).toBe(EXIT.done);
    expect(output).toBe(`Starting Redis for as long as it takes…\nJob ${id} will be run again\n`);
    await (await lockDirectory(temporary.dir, THIS_PROGRAM)).release();
  });

  it('uses the Redis that REDIS_URL names, and says in one line why it cannot', async () => {
    const redis = await startRedis();
    const [id = ''] = await failJobs(redis.url, [toRecordJob([aRecord()])]);
    expect([await jobs(['retry', id], { REDIS_URL: redis.url }), output]).toEqual([
      EXIT.done,
      `Job ${id} will be run again\n`,
    ]);
    await redis.stop();
    expect(await jobs(['failed'], { REDIS_URL: redis.url })).toBe(EXIT.failed);
    expect(output).toMatch(/^jobs: Redis cannot be reached: [^\n]*ECONNREFUSED[^\n]*\n$/);
  });

  it('shows what a job holds: in words as far as fits, or all of it as JSON', async () => {
    const redis = await startRedis();
    const env = { REDIS_URL: redis.url };
    const records = Array.from({ length: 12 }, () => aRecord());
    const wrong = toRecordJob(records);
    (wrong.rows[1] ?? [])[wrong.fields.indexOf('driverId')] = '\u001b[2Jdriver';
    const [id = '', other = ''] = await failJobs(redis.url, [
      wrong,
      { note: 'x'.repeat(5_000) } as unknown as RecordJob,
    ]);
    expect(await jobs(['show', id], env)).toBe(EXIT.done);
    expect(output).toMatch(/^Job \S+ \(store-records\)\n {2}state +failed\n {2}added +\d{4}-/);
    expect(output).toMatch(/\n {2}ended +\d{4}-/);
    expect(output).toContain('1 of 3 records cannot be stored\n  records                 12\n');
    expect(output).toContain(`  driverId                "${records[0]?.driverId ?? ''}"\n`);
    const { recordedAtMs = 0 } = records[0] ?? {};
    expect(output).toContain(`${recordedAtMs} (${new Date(recordedAtMs).toISOString()})\n`);
    expect(output).toMatch(/Record 2 of 12\n {2}problem +driverId: .+\n/);
    expect(output).not.toContain('\u001b');
    expect(output).toMatch(/Record 10 of 12\n[^]*\n\n2 more records are not shown; --json shows all\n$/);
    expect(output).not.toContain('Record 11 of 12');

    expect(await jobs(['show', id, '--json'], env)).toBe(EXIT.done);
    expect(JSON.parse(output)).toMatchObject({ id, state: 'failed', data: wrong });
    expect(await jobs(['show', other], env)).toBe(EXIT.done);
    expect(output).toMatch(/does not hold records[^]*x… \(\d+ more characters; --json shows all\)\n$/);
    expect([await jobs(['show', '999'], env), output]).toEqual([EXIT.failed, 'There is no job 999\n']);
  });

  it('removes jobs only after it has written them to a file of their own, from which they can be put back', async () => {
    const redis = await startRedis();
    const env = { REDIS_URL: redis.url, INIT_CWD: temporary.dir };
    const data = Array.from({ length: 3 }, () => toRecordJob([aRecord()]));
    const [first = '', , third = ''] = await failJobs(redis.url, data);
    const dataOf = async (file: string) =>
      (await readFile(file, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { data: unknown }).data);

    await writeFile(join(temporary.dir, 'mine.jsonl'), 'mine');
    expect(await jobs(['remove', first, '--to', 'mine.jsonl'], env)).toBe(EXIT.failed);
    expect(output).toMatch(
      /^jobs: \S+mine\.jsonl exists already, and stays as it is; nothing was removed\n$/,
    );
    expect(await readFile(join(temporary.dir, 'mine.jsonl'), 'utf8')).toBe('mine');
    expect(await jobs(['remove', first, '--to', 'mine.jsonl/in/a/file'], env)).toBe(EXIT.failed);
    expect(output).toMatch(/^jobs: [^\n]*\n$/);

    expect(await jobs(['retry', third], env)).toBe(EXIT.done);
    expect(await jobs(['remove', first, third, '--to', 'one.jsonl'], env)).toBe(EXIT.failed);
    const one = join(temporary.dir, 'one.jsonl');
    expect(output).toBe(
      `There is no failed job ${third}\nWritten to ${one}: 1 job\n` +
        `Removed: 1 job; to put them back: npm run jobs -- restore ${one}\n`,
    );
    expect((await stat(one)).mode & 0o777).toBe(0o600);
    expect(await dataOf(one)).toEqual([data[0]]);
    expect(await jobs(['failed'], env)).toBe(EXIT.done);
    expect(output).toMatch(/\n1 job failed/);
    expect(await jobs(['show', first], env)).toBe(EXIT.failed);

    expect(await jobs(['remove', '--all'], env)).toBe(EXIT.done);
    const [name = ''] = await readdir(join(temporary.dir, 'exports'));
    expect(await dataOf(join(temporary.dir, 'exports', name))).toEqual([data[1]]);
    expect([await jobs(['remove', '--all'], env), output]).toEqual([EXIT.done, 'No job has failed\n']);
    expect(await waitingJobs(redis.url)).toEqual([third]);

    expect([await jobs(['restore', 'one.jsonl'], env), output]).toEqual([EXIT.done, '1 job will be run\n']);
    const [restored = ''] = (await waitingJobs(redis.url)).filter((id) => id !== third);
    await jobs(['show', restored, '--json'], env);
    expect((JSON.parse(output) as { data: unknown }).data).toEqual(data[0]);
    expect(await jobs(['restore', 'mine.jsonl'], env)).toBe(EXIT.failed);
    expect(output).toMatch(
      /^jobs: \S+mine\.jsonl: line 1 holds no job as remove writes it; nothing was restored\n$/,
    );
    expect(await jobs(['restore', 'none.jsonl'], env)).toBe(EXIT.failed);
    expect(output).toMatch(/^jobs: \S+none\.jsonl cannot be read: [^\n]*; nothing was restored\n$/);
  });

  it('keeps a job that was run again between its export and its removal', async () => {
    const redis = await startRedis();
    const ids = await failJobs(redis.url, [toRecordJob([aRecord()])]);
    const [id = ''] = ids;
    await FailedJobs.on(redis.url, async (failed) => {
      const { exported } = await exportJobs(failed, ids, join(temporary.dir, 'run-again.jsonl'));
      await failed.retry(id);
      expect(await failed.remove(id, exported.get(id) ?? '')).toBe(false);
    });
    expect(await waitingJobs(redis.url)).toEqual([id]);
  });

  it('explains itself', async () => {
    expect(await jobs(['--help'])).toBe(EXIT.done);
    expect(output).toMatch(/^Usage: npm run jobs -- \[options\] \[command\]\n/);
    expect(await jobs(['retry'])).toBe(EXIT.usage);
    expect([output, notes]).toEqual(['', '✗ name the jobs to retry, or say --all (--help shows how)\n']);
  });
});
