import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { hasOwnPublicBucket, parseEnv, publicBucketUrl, recordsBucketUrl } from '@drivewatch/config';
import { ensurePythonEnvironment, findPython, requireJava } from '@drivewatch/local-services';
import * as z from 'zod';
import { describeSpark } from './find-spark';
import { runSpark } from './run-spark';
import { sparkSubmitEnvSchema, type SparkSubmitConfig } from './settings';
import { sparkArguments, sparkEnvironment, type Spark, type SparkJob } from './spark-options';
import { makeWorkDir } from './work-dir';

const run = promisify(execFile);

export interface SubmitOptions {
  /** The job's arguments, which follow those that name the buckets. */
  readonly args: readonly string[];
  /** The checkout's folder of the job. */
  readonly summariesDir: string;
  readonly onProgress: (message: string) => void;
}

/**
 * Runs the summaries job with `spark-submit`, on the Spark that the environment names or on Drivewatch's own, which is
 * installed on first use.
 *
 * @returns the exit code of the job
 * @throws InvalidEnvironmentError; Error in one line when Java, Python or Spark cannot be used
 */
export async function submitSummaries(options: SubmitOptions): Promise<number> {
  const config = parseEnv(sparkSubmitEnvSchema);
  // Files can be read by their owner alone, but those of a public bucket elsewhere are for the server that reads it.
  process.umask(hasOwnPublicBucket(config) ? 0o077 : 0o022);
  const spark = await findSpark(config, options);
  const sparkDir = resolve(config.DRIVEWATCH_DIR, 'spark');
  const workDir = await makeWorkDir(sparkDir);
  try {
    const modules = join(workDir, 'drivewatch_summaries.zip');
    await zipModules(options.summariesDir, modules, spark.python ?? config.PYSPARK_PYTHON);
    const job: SparkJob = {
      spark,
      workDir,
      modules,
      master: config.SPARK_MASTER,
      driverMemory: config.SPARK_DRIVER_MEMORY,
      packagesDir: join(sparkDir, 'packages'),
      program: join(options.summariesDir, 'main.py'),
      logSettingsUrl: pathToFileURL(join(options.summariesDir, 'log4j2.properties')).href,
      programArguments: [...jobArguments(config), ...options.args],
      usesS3: bucketsOf(config).some((url) => url.startsWith('s3:')),
      s3Endpoint: config.S3_ENDPOINT,
      awsRegion: config.AWS_REGION,
    };
    const env = sparkEnvironment(job, parseEnv(z.record(z.string(), z.string())));
    return await runSpark({ submit: spark.submit, args: sparkArguments(job), cwd: workDir, env });
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

async function findSpark(config: SparkSubmitConfig, options: SubmitOptions): Promise<Spark> {
  if (config.SPARK_SUBMIT !== undefined) return describeSpark(config.SPARK_SUBMIT, null);
  await requireJava();
  const { python, bin } = await ensurePythonEnvironment({
    dir: resolve(config.DRIVEWATCH_DIR, 'python'),
    requirements: join(options.summariesDir, 'requirements.txt'),
    contents: 'PySpark (about 450 MB)',
    onProgress: options.onProgress,
  });
  return describeSpark(join(bin, 'spark-submit'), python);
}

const bucketsOf = (config: SparkSubmitConfig): readonly [string, string] => [
  recordsBucketUrl(config),
  publicBucketUrl(config),
];

function jobArguments(config: SparkSubmitConfig): string[] {
  const [records, published] = bucketsOf(config);
  return ['--records-bucket', records, '--public-bucket', published, '--time-zone', config.FLEET_TIME_ZONE];
}

/** Zips the job's modules for the executors of a cluster; the program itself is sent separately. */
async function zipModules(summariesDir: string, zip: string, python: string | undefined): Promise<void> {
  const command = python ?? (await findPython()).command;
  const make = ['-m', 'zipfile', '-c', zip, 'drivewatch_summaries'];
  await run(command, make, { cwd: summariesDir }).catch((cause: unknown) => {
    throw new Error(`${command} cannot be used: ${(cause as Error).message.split('\n')[0] ?? ''}`, { cause });
  });
}
