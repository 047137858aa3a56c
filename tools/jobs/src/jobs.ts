import { jobsEnvSchema, parseEnv } from '@drivewatch/config';
import { LAUNCHERS_REDIS, withLaunchersService } from '@drivewatch/embedded-services';
import { type CommandLine, parseCommandLine, USAGE, UsageError } from './command-line';
import { FailedJobs } from './failed-jobs';

export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** The end of this program's path, as it stands in its command line. */
const PROGRAM = 'tools/jobs/main.mjs';

export interface JobsInput {
  args: readonly string[];
  /** Only tests pass anything but the process's own. */
  env?: NodeJS.ProcessEnv;
  output: Pick<NodeJS.WritableStream, 'write'>;
}

type Print = (line: string) => void;

/** The program without its process. @returns the exit code */
export async function runJobs({ args, env, output }: JobsInput): Promise<number> {
  const print = (line: string): void => void output.write(`${line}\n`);
  try {
    const commandLine = parseCommandLine(args);
    if (commandLine === 'help') {
      output.write(USAGE);
      return EXIT.done;
    }
    const { REDIS_URL, DRIVEWATCH_DIR } = parseEnv(jobsEnvSchema, env);
    const work = (url: string): Promise<number> =>
      FailedJobs.on(url, (jobs) => run(commandLine, jobs, print));
    if (REDIS_URL !== undefined) return await work(REDIS_URL);
    const options = { drivewatchDir: DRIVEWATCH_DIR, program: PROGRAM, print };
    return await withLaunchersService(LAUNCHERS_REDIS, options, work);
  } catch (error) {
    print(`jobs: ${error instanceof Error ? error.message : String(error)}`);
    if (!(error instanceof UsageError)) return EXIT.failed;
    output.write(USAGE);
    return EXIT.usage;
  }
}

async function run(commandLine: CommandLine, jobs: FailedJobs, print: Print): Promise<number> {
  if (commandLine.command === 'failed') return list(jobs, print);
  if (commandLine.ids !== null) return retry(commandLine.ids, jobs, print);
  const count = await jobs.retryAll();
  print(count === 0 ? 'No job has failed' : `${jobsText(count)} will be run again`);
  return EXIT.done;
}

async function list(jobs: FailedJobs, print: Print): Promise<number> {
  const count = await jobs.count();
  if (count === 0) {
    print('No job has failed');
    return EXIT.done;
  }
  const line = (id: string, failedAt: string, records: string, reason: string): void =>
    print(`${id.padEnd(10)}  ${failedAt.padEnd(20)}  ${records.padStart(7)}  ${reason}`);
  line('ID', 'FAILED AT', 'RECORDS', 'WHY');
  for await (const { id, failedAtMs, records, reason } of jobs.all()) {
    const failedAt = `${new Date(failedAtMs).toISOString().slice(0, 19)}Z`;
    line(id, failedAt, records === null ? '?' : String(records), reason.replaceAll(/\s*\n\s*/g, ' '));
  }
  print(`${jobsText(count)} failed; to have them run again: npm run jobs -- retry ID… | --all`);
  return EXIT.done;
}

async function retry(ids: readonly string[], jobs: FailedJobs, print: Print): Promise<number> {
  let exit: number = EXIT.done;
  for (const id of ids) {
    const isRetried = await jobs.retry(id);
    print(isRetried ? `Job ${id} will be run again` : `There is no failed job ${id}`);
    if (!isRetried) exit = EXIT.failed;
  }
  return exit;
}

const jobsText = (count: number): string => (count === 1 ? '1 job' : `${count} jobs`);
