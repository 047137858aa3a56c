import { resolve } from 'node:path';
import { EXIT, tellOfCommandLine } from '@drivewatch/config/command-line';
import { parseEnv } from '@drivewatch/config';
import { LAUNCHERS_POSTGRES, LAUNCHERS_REDIS, withLaunchersServices } from '@drivewatch/local-services';
import { PROGRAM } from '../program';
import { tellOfDatabase } from '../with-database';
import { ArchiveUnderWayError } from '@drivewatch/persistence';
import { backUp } from './back-up';
import { parseCommandLine } from './command-line';
import { restore } from './restore';
import { type BackupConfig, backupEnvSchema } from './settings';
import type { Task } from './task';

export interface BackupInput {
  command: 'backup' | 'restore';
  args: readonly string[];
  /** Only tests pass anything but the process's own. */
  env?: NodeJS.ProcessEnv;
  output: Pick<NodeJS.WritableStream, 'write'>;
  /** Takes messages about an invalid command line. */
  notes: Pick<NodeJS.WritableStream, 'write'>;
  stop: AbortSignal;
}

/** Runs the program without its process. @returns the exit code */
export async function runBackup(input: BackupInput): Promise<number> {
  const { command, args, env, output, notes, stop: signal } = input;
  const print = (line: string): void => void output.write(`${line}\n`);
  try {
    const commandLine = parseCommandLine(command, args);
    const config = parseEnv(backupEnvSchema, env);
    const dir = resolve(config.INIT_CWD ?? process.cwd(), commandLine.dir);
    const isRestore = command === 'restore';
    const isWhole = await withServices(config, print, isRestore, async (databaseUrl, redisUrl) => {
      const { withBuckets } = commandLine;
      const task: Task = { config, databaseUrl, redisUrl, dir, withBuckets, print, signal };
      return isRestore ? await restore(task) : await backUp(task);
    });
    return isWhole ? EXIT.done : EXIT.failed;
  } catch (error) {
    const code = tellOfCommandLine(error, { stdout: output, stderr: notes });
    if (code !== undefined) return code;
    print(`${command}: ${signal.aborted ? 'stopped' : describe(error)}`);
    return EXIT.failed;
  }
}

const describe = (error: unknown): string =>
  error instanceof ArchiveUnderWayError
    ? 'an archive is under way; stop the consumers, then run this again'
    : tellOfDatabase(error, 'a backup');

/** Runs `work` on the database and the Redis that the settings name, or else on Drivewatch's own. */
async function withServices<T>(
  config: BackupConfig,
  print: (line: string) => void,
  mustBeStopped: boolean,
  work: (databaseUrl: string, redisUrl: string) => Promise<T>,
): Promise<T> {
  const { DATABASE_URL, REDIS_URL, DRIVEWATCH_DIR: drivewatchDir } = config;
  if (DATABASE_URL !== undefined && REDIS_URL !== undefined) return work(DATABASE_URL, REDIS_URL);
  const own = [
    ...(DATABASE_URL === undefined ? [LAUNCHERS_POSTGRES] : []),
    ...(REDIS_URL === undefined ? [LAUNCHERS_REDIS] : []),
  ];
  const options = { drivewatchDir, program: PROGRAM, print, mustBeStopped };
  return withLaunchersServices(own, options, (urls) =>
    work(DATABASE_URL ?? urls[0] ?? '', REDIS_URL ?? urls.at(-1) ?? ''),
  );
}
