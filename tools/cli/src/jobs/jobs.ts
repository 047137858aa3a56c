import { EXIT, tellOfCommandLine } from '@drivewatch/config/command-line';
import { parseEnv, settings } from '@drivewatch/config';
import { type AuditDetail, type AuditKind, printable, RECORD_QUEUE } from '@drivewatch/contracts';
import type { NewAuditEvent } from '@drivewatch/persistence';
import { LAUNCHERS_REDIS, withLaunchersService } from '@drivewatch/local-services';
import { resolve } from 'node:path';
import * as z from 'zod';
import { PROGRAM } from '../program';
import { type CommandLine, parseCommandLine } from './command-line';
import { exportFileIn, exportJobs, readExport } from './export-jobs';
import { FailedJobs } from './failed-jobs';
import { noteChange } from './note-change';
import { describeJob } from './show-job';

export interface JobsInput {
  args: readonly string[];
  /** Only tests pass anything but the process's own. */
  env?: NodeJS.ProcessEnv;
  output: Pick<NodeJS.WritableStream, 'write'>;
  /** Takes messages that are not part of the output. */
  notes: Pick<NodeJS.WritableStream, 'write'>;
}

type Print = (line: string) => void;

const environmentSchema = z.object({
  ...settings.optionalRedis,
  ...settings.optionalDatabase,
  ...settings.dataDir,
  /** The folder where the user called npm, which runs its scripts elsewhere. */
  INIT_CWD: z.string().optional(),
});

/** What a command works with. */
interface Surroundings {
  jobs: FailedJobs;
  print: Print;
  drivewatchDir: string;
  /** The folder in which files that the user names are looked for. */
  workingFolder: string;
  /** Adds events to the audit log. */
  note: (events: NewAuditEvent[]) => Promise<void>;
}

/** Runs the program without its process. @returns the exit code */
export async function runJobs({ args, env, output, notes }: JobsInput): Promise<number> {
  const print = (line: string): void => void output.write(`${line}\n`);
  try {
    const commandLine = parseCommandLine(args);
    const config = parseEnv(environmentSchema, env);
    const { REDIS_URL, DRIVEWATCH_DIR, INIT_CWD: workingFolder = process.cwd() } = config;
    const drivewatchDir = resolve(DRIVEWATCH_DIR);
    const work = (url: string): Promise<number> =>
      FailedJobs.on(url, (jobs) =>
        run(commandLine, {
          jobs,
          print,
          drivewatchDir,
          workingFolder,
          note: (events) => noteChange(config, (line) => void notes.write(`${line}\n`), events),
        }),
      );
    if (REDIS_URL !== undefined) return await work(REDIS_URL);
    const options = { drivewatchDir: DRIVEWATCH_DIR, program: PROGRAM, print };
    return await withLaunchersService(LAUNCHERS_REDIS, options, work);
  } catch (error) {
    const code = tellOfCommandLine(error, { stdout: output, stderr: notes });
    if (code !== undefined) return code;
    print(`jobs: ${error instanceof Error ? error.message : String(error)}`);
    return EXIT.failed;
  }
}

async function run(commandLine: CommandLine, surroundings: Surroundings): Promise<number> {
  const { jobs, print } = surroundings;
  switch (commandLine.command) {
    case 'failed':
      return list(jobs, print);
    case 'show':
      return show(commandLine, jobs, print);
    case 'remove':
      return remove(commandLine, surroundings);
    case 'restore':
      return restore(resolve(surroundings.workingFolder, commandLine.file), surroundings);
    case 'retry':
      return commandLine.ids === null ? retryAll(surroundings) : retry(commandLine.ids, surroundings);
  }
}

async function show(
  { id, asJson }: { id: string; asJson: boolean },
  jobs: FailedJobs,
  print: Print,
): Promise<number> {
  const found = await jobs.read(id);
  if (found === null) {
    print(`There is no job ${printable(id)}`);
    return EXIT.failed;
  }
  if (asJson) print(JSON.stringify(found.job, null, 2));
  else for (const line of describeJob(found.job)) print(line);
  return EXIT.done;
}

async function remove(
  { ids, to }: { ids: string[] | null; to: string | null },
  { jobs, print, drivewatchDir, workingFolder, note }: Surroundings,
): Promise<number> {
  const named = ids ?? (await jobs.ids());
  if (named.length === 0) {
    print('No job has failed');
    return EXIT.done;
  }
  const file = to === null ? exportFileIn(drivewatchDir) : resolve(workingFolder, to);
  const { exported, unknown } = await exportJobs(jobs, named, file);
  for (const id of unknown) print(`There is no failed job ${printable(id)}`);
  if (exported.size === 0) return EXIT.failed;
  print(`Written to ${file}: ${jobsText(exported.size)}`);
  const removed: string[] = [];
  for (const [id, raw] of exported) {
    if (await jobs.remove(id, raw)) removed.push(id);
    else print(`Job ${id} was run again or changed meanwhile; it stays`);
  }
  await note(removed.map((id) => eventOf('queue.job-removed', id, { file })));
  print(`Removed: ${jobsText(removed.length)}; to put them back: npm run jobs -- restore ${file}`);
  return unknown.length === 0 && removed.length === exported.size ? EXIT.done : EXIT.failed;
}

async function restore(file: string, { jobs, print, note }: Surroundings): Promise<number> {
  const found = await readExport(file);
  const ids: string[] = [];
  for (const data of found) ids.push(await jobs.add(data));
  await note(ids.map((id) => eventOf('queue.job-restored', id, { file })));
  print(`${jobsText(found.length)} will be run`);
  return EXIT.done;
}

async function retryAll({ jobs, print, note }: Surroundings): Promise<number> {
  const count = await jobs.retryAll();
  if (count > 0) await note([eventOf('queue.job-retried', null, { jobs: 'all failed', count })]);
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
    line(id, failedAt, records === null ? '?' : String(records), printable(reason));
  }
  print(`${jobsText(count)} failed; to have them run again: npm run jobs -- retry ID… | --all`);
  print(
    'What one holds: npm run jobs -- show ID; to write them to a file and take them out: npm run jobs -- remove ID… | --all',
  );
  return EXIT.done;
}

async function retry(ids: readonly string[], { jobs, print, note }: Surroundings): Promise<number> {
  let exit: number = EXIT.done;
  for (const id of ids) {
    const isRetried = await jobs.retry(id);
    print(isRetried ? `Job ${id} will be run again` : `There is no failed job ${printable(id)}`);
    if (isRetried) await note([eventOf('queue.job-retried', id)]);
    else exit = EXIT.failed;
  }
  return exit;
}

const eventOf = (kind: AuditKind, subject: string | null, detail: AuditDetail = {}): NewAuditEvent => ({
  kind,
  subject,
  detail: { queue: RECORD_QUEUE, ...detail },
});

const jobsText = (count: number): string => (count === 1 ? '1 job' : `${count} jobs`);
