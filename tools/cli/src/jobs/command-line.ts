import { readOptions, UsageError } from '../program';

/** What the user asked for; no `ids` means all failed jobs. */
export type CommandLine =
  | { command: 'failed' }
  | { command: 'show'; id: string; asJson: boolean }
  | { command: 'retry'; ids: string[] | null }
  /** `to`: the file for the export, or `null` for one in Drivewatch's folder. */
  | { command: 'remove'; ids: string[] | null; to: string | null }
  | { command: 'restore'; file: string };

const COMMANDS = 'failed, show, retry, remove, restore';

export const USAGE = `usage: npm run jobs -- failed
       npm run jobs -- show ID [--json]
       npm run jobs -- retry ID… | --all
       npm run jobs -- remove ID… | --all [--to FILE]
       npm run jobs -- restore FILE

Jobs carry accepted records from the API to the database. One that holds records which can never be stored as they are
fails and is kept, with those records alone; its other records are stored.

  failed     lists the failed jobs, the oldest first: id, when it failed, how many records it holds, and why
  show       tells what a job holds: the first records in words, or with --json everything
  retry      has jobs run again, for example after a consumer was corrected; records that are stored already stay once
  remove     writes failed jobs to a new file, one a line, and only then takes them out of the queue
  restore    puts the jobs of such a file into the queue again; records that are stored already stay once
  --all      every failed job
  --to FILE  where remove writes; otherwise a file of its own in DRIVEWATCH_DIR/exports
  --help     shows this

Takes the jobs from REDIS_URL, or else from Drivewatch's own Redis, whether or not it runs. A retried job is run as soon
as a consumer is there.

Ends with 0 when it was done, 1 when something failed or an id names no failed job, 2 when the command line was wrong.
`;

const OPTIONS = {
  all: { type: 'boolean' },
  json: { type: 'boolean' },
  to: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * @returns what to do, or 'help'
 * @throws UsageError
 */
export function parseCommandLine(args: readonly string[]): CommandLine | 'help' {
  const { values, positionals } = readOptions(args, OPTIONS);
  if (values.help === true) return 'help';
  const [command, ...rest] = positionals;
  if (command === undefined) throw new UsageError(`say what to do; there are ${COMMANDS}`);
  refuseForeignOptions(command, values);
  switch (command) {
    case 'failed':
      if (rest.length > 0 || values.all === true) throw new UsageError('failed takes nothing more');
      return { command };
    case 'show':
      return { command, id: onlyOne(rest, 'show takes the id of one job'), asJson: values.json === true };
    case 'retry':
      return { command, ids: idsOf(command, rest, values.all === true) };
    case 'remove':
      return { command, ids: idsOf(command, rest, values.all === true), to: values.to ?? null };
    case 'restore':
      return { command, file: onlyOne(rest, 'restore takes one file, as remove has written it') };
    default:
      throw new UsageError(`unknown command ${command}; there are ${COMMANDS}`);
  }
}

/** Which commands an option belongs to. */
const OPTION_OF = { all: ['failed', 'retry', 'remove'], json: ['show'], to: ['remove'] } as const;

function refuseForeignOptions(
  command: string,
  values: ReturnType<typeof readOptions<typeof OPTIONS>>['values'],
): void {
  if (!COMMANDS.split(', ').includes(command)) return;
  for (const [option, commands] of Object.entries(OPTION_OF))
    if (values[option as keyof typeof OPTION_OF] !== undefined && !commands.some((one) => one === command))
      throw new UsageError(`${command} takes no --${option}`);
}

function onlyOne([first, ...surplus]: string[], problem: string): string {
  if (first === undefined || first === '' || surplus.length > 0) throw new UsageError(problem);
  return first;
}

function idsOf(command: string, ids: string[], isAll: boolean): string[] | null {
  if (isAll && ids.length > 0) throw new UsageError('name jobs or say --all, not both');
  if (!isAll && ids.length === 0) throw new UsageError(`name the jobs to ${command}, or say --all`);
  return isAll ? null : [...new Set(ids)];
}
