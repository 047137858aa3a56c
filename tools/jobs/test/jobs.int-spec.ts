import { RECORD_QUEUE, type RecordJob, REDIS_PREFIX, toRecordJob } from '@drivewatch/contracts';
import {
  createTemporaryServicesDir,
  type EmbeddedService,
  launchersRedisDir,
  lockDirectory,
  startEmbeddedRedis,
  type TemporaryDir,
} from '@drivewatch/embedded-services';
import { connectRedis, RECORD_JOB_OPTIONS, workerConnection } from '@drivewatch/record-queue';
import { aRecord } from '@drivewatch/test-records';
import { Queue, UnrecoverableError, Worker } from 'bullmq';
import { EXIT, runJobs } from '../src/jobs';

/** A part of this process's own command line, by which another program sees that it lives. */
const THIS_PROGRAM = 'jest.js';

/** Adds jobs and has a worker give each of them up. @returns their ids */
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
    return runJobs({
      args,
      env: { DRIVEWATCH_DIR: temporary.dir, ...env },
      output: { write: (text: string) => (output += text) !== '' },
    });
  };

  it('lists what has failed in the Redis of the Drivewatch that runs, and has named or all jobs run again', async () => {
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

  it('explains itself', async () => {
    expect(await jobs(['--help'])).toBe(EXIT.done);
    expect(output).toMatch(/^usage: npm run jobs -- failed\n/);
    expect(await jobs(['retry'])).toBe(EXIT.usage);
    expect(output).toMatch(/^jobs: name the jobs to retry, or say --all\nusage: /);
  });
});
