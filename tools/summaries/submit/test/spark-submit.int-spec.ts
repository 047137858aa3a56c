import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { commandLineOf } from '@drivewatch/local-services';
import { StandInSpark } from './stand-in-spark';

const WAIT_LIMIT_MS = 20_000;

describe('submitting the summaries job', () => {
  let spark: StandInSpark;
  beforeEach(async () => {
    spark = await StandInSpark.create();
  });
  afterEach(() => spark.remove());

  /** Returns the id of the process that the stand-in has started. */
  const child = async (): Promise<number> => {
    const deadline = Date.now() + WAIT_LIMIT_MS;
    for (;;) {
      const [pid] = (await spark.noted('child')) ?? [];
      if (pid !== undefined) return Number(pid);
      if (Date.now() > deadline) throw new Error('The stand-in was not started');
      await sleep(20);
    }
  };
  const isGone = async (pid: number): Promise<boolean> => {
    const deadline = Date.now() + WAIT_LIMIT_MS;
    while ((await commandLineOf(pid)) !== '') {
      if (Date.now() > deadline) return false;
      await sleep(20);
    }
    return true;
  };

  it('hands the job its buckets, its zone and what else was asked for, and shows what it says', async () => {
    const run = spark.run(['--full'], {
      FLEET_TIME_ZONE: 'Asia/Shanghai',
      SPARK_MASTER: 'spark://host:7077',
    });
    expect(await run.ended).toBe(0);
    expect(run.output()).toBe('the job says so\n');
    const args = (await spark.noted('arguments')) ?? [];
    expect(args.slice(0, 2)).toEqual(['--master', 'spark://host:7077']);
    expect(args.slice(args.indexOf(spark.path('tools/summaries/main.py')))).toEqual([
      spark.path('tools/summaries/main.py'),
      '--records-bucket',
      pathToFileURL(spark.path('data/records-bucket')).href,
      '--public-bucket',
      pathToFileURL(spark.path('data/public-bucket')).href,
      '--time-zone',
      'Asia/Shanghai',
      '--full',
    ]);
  });

  it('hands on the exit code of the job', async () => {
    expect(await spark.run([], { DO: 'fail' }).ended).toBe(3);
  });

  it('brings an installed Spark what reads S3 with its version of Hadoop, unless it has that', async () => {
    const packages = async () => {
      expect(await spark.run([], { RECORDS_BUCKET: 's3://records/private' }).ended).toBe(0);
      return (await spark.noted('arguments'))?.find((argument) => argument.includes(':hadoop-aws:'));
    };
    expect(await packages()).toBeUndefined();
    await mkdir(spark.path('spark-4.1.0-bin-hadoop3/jars'));
    await writeFile(spark.path('spark-4.1.0-bin-hadoop3/jars/hadoop-client-api-3.4.1.jar'), '');
    expect(await packages()).toContain('org.apache.hadoop:hadoop-aws:3.4.1');
    await writeFile(spark.path('spark-4.1.0-bin-hadoop3/jars/hadoop-aws-3.4.1.jar'), '');
    expect(await packages()).toBeUndefined();
  });

  it('leaves no scratch files behind, and removes those of a run that was killed', async () => {
    // No process has so high a number.
    await mkdir(spark.path('data/spark/run-999999999'), { recursive: true });
    await mkdir(spark.path('data/spark/packages'));
    expect(await spark.run([]).ended).toBe(0);
    const [folder] = (await spark.noted('folder')) ?? [];
    expect(folder).toContain('data/spark/run-');
    expect(await readdir(spark.path('data/spark'))).toEqual(['packages']);
  });

  it('ends Spark and all that it has started on Ctrl-C', async () => {
    const run = spark.run([], { DO: 'hang' });
    const pid = await child();
    run.process.kill('SIGINT');
    expect(await run.ended).toBe(130);
    expect(await isGone(pid)).toBe(true);
  });

  it('takes Spark and all that it has started along when it is killed', async () => {
    const run = spark.run([], { DO: 'hang' });
    const pid = await child();
    run.process.kill('SIGKILL');
    expect(await isGone(pid)).toBe(true);
  });

  it('says in one line that Java is missing', async () => {
    const run = spark.run([], { SPARK_SUBMIT: '', JAVA_HOME: spark.path('no-java') });
    expect(await run.ended).toBe(1);
    expect(run.output()).toMatch(/^✗ Java 17 or later is needed.*install.*\n$/);
  });

  it('says in one line that SPARK_SUBMIT names nothing', async () => {
    const run = spark.run([], { SPARK_SUBMIT: spark.path('nothing') });
    expect(await run.ended).toBe(1);
    expect(run.output()).toMatch(/^✗ \S*nothing cannot be run: .*\n$/);
  });
});
