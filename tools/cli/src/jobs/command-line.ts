import { readCommandLine, UsageError } from '@drivewatch/config/command-line';

/** What the user asked for; no `ids` means all failed jobs. */
export type CommandLine =
  | { command: 'failed' }
  | { command: 'show'; id: string; asJson: boolean }
  | { command: 'retry'; ids: string[] | null }
  /** `to`: the file for the export, or `null` for one in Drivewatch's folder. */
  | { command: 'remove'; ids: string[] | null; to: string | null }
  | { command: 'restore'; file: string };

const PROGRAM_TEXT = {
  name: 'npm run jobs --',
  description: `
Jobs carry accepted records from the API to the database. One that holds records which can never be stored as they are
fails and is kept with only those records; its other records are stored.

Takes the jobs from REDIS_URL, or else from Drivewatch's own Redis, whether or not it runs. A retried job runs as soon
as there is a consumer.

Ends with 0 on success, 1 when something failed or an id names no failed job, 2 when the command line was wrong.`,
};

const IDS = ['[ids...]', 'which jobs; failed lists them'] as const;
const ALL = ['--all', 'every failed job'] as const;

interface WhichJobs {
  readonly all?: boolean;
}

/**
 * @throws UsageError
 * @throws HelpAsked
 */
export function parseCommandLine(args: readonly string[]): CommandLine {
  return readCommandLine<CommandLine>(args, PROGRAM_TEXT, (program, ask) => {
    program
      .command('failed')
      .description(
        'lists the failed jobs, the oldest first: id, when it failed, how many records it holds, and why',
      )
      .action(() => {
        ask({ command: 'failed' });
      });
    program
      .command('show')
      .description('tells what a job holds: the first records in words')
      .argument('<id>', 'which job')
      .option('--json', 'everything, as JSON')
      .action((id: string, { json = false }: { json?: boolean }) => {
        ask({ command: 'show', id, asJson: json });
      });
    program
      .command('retry')
      .description(
        'has jobs run again, for example after a consumer was corrected; records that are stored already stay once',
      )
      .argument(...IDS)
      .option(...ALL)
      .action((ids: string[], options: WhichJobs) => {
        ask({ command: 'retry', ids: idsOf('retry', ids, options) });
      });
    program
      .command('remove')
      .description('writes failed jobs to a new file, one a line, and only then takes them out of the queue')
      .argument(...IDS)
      .option(...ALL)
      .option('--to <file>', 'where it writes; otherwise a file of its own in DRIVEWATCH_DIR/exports')
      .action((ids: string[], { to, ...options }: WhichJobs & { to?: string }) => {
        ask({ command: 'remove', ids: idsOf('remove', ids, options), to: to ?? null });
      });
    program
      .command('restore')
      .description(
        'puts the jobs of such a file into the queue again; records that are stored already stay once',
      )
      .argument('<file>', 'as remove has written it')
      .action((file: string) => {
        ask({ command: 'restore', file });
      });
  });
}

function idsOf(command: string, ids: readonly string[], { all = false }: WhichJobs): string[] | null {
  if (all && ids.length > 0) throw new UsageError('name jobs or say --all, not both');
  if (!all && ids.length === 0) throw new UsageError(`name the jobs to ${command}, or say --all`);
  return all ? null : [...new Set(ids)];
}
