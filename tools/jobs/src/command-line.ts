import { parseArgs } from 'node:util';

/** What the user asked for; no `ids` means all failed jobs. */
export type CommandLine = { command: 'failed' } | { command: 'retry'; ids: string[] | null };

/** The command line makes no sense; the message is one line for the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `usage: npm run jobs -- failed
       npm run jobs -- retry ID… | --all

Jobs carry accepted records from the API to the database. One that holds records which can never be stored as they are
fails and is kept, with those records alone; its other records are stored.

  failed     lists the failed jobs, the oldest first: id, when it failed, how many records it holds, and why
  retry      has jobs run again, for example after a consumer was corrected; records that are stored already stay once
  --all      every failed job
  --help     shows this

Takes the jobs from REDIS_URL, or else from Drivewatch's own Redis, whether or not it runs. A retried job is run as soon
as a consumer is there.

Ends with 0 when it was done, 1 when something failed or an id names no failed job, 2 when the command line was wrong.
`;

/**
 * @returns what to do, or 'help'
 * @throws UsageError
 */
export function parseCommandLine(args: readonly string[]): CommandLine | 'help' {
  const { values, positionals } = parse(args);
  if (values.help === true) return 'help';
  const [command, ...ids] = positionals;
  const isAll = values.all === true;
  if (command === undefined) throw new UsageError('say what to do: failed or retry');
  if (command === 'failed') {
    if (ids.length > 0 || isAll) throw new UsageError('failed takes nothing more');
    return { command };
  }
  if (command !== 'retry') throw new UsageError(`unknown command ${command}; there are failed and retry`);
  if (isAll && ids.length > 0) throw new UsageError('name jobs or say --all, not both');
  if (!isAll && ids.length === 0) throw new UsageError('name the jobs to retry, or say --all');
  return { command, ids: isAll ? null : ids };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { all: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
