import { normaliseName } from '@drivewatch/contracts';
import { type Database, RemovedDriverRepository } from '@drivewatch/persistence';
import { CommandError, type CommandInput, runCommand } from './command';
import { defineErase, runErase } from './erase';
import { formatTable, formatTime } from './table';

const PROGRAM_TEXT = {
  name: 'npm run drivers --',
  description: `
Lists the drivers who have records, and removes drivers from the live pages who exist only by mistake, such as a misspelt
name. Works on DATABASE_URL, or else on Drivewatch's own PostgreSQL, whether or not it runs.

A removed driver disappears from every page within five seconds, with all alerts, and comes back only with records that are
sent after that. Records stay in PostgreSQL, and go to the archive and the summaries.`,
};

/** Runs `npm run drivers` without its process. @returns the exit code */
export function runDrivers(input: CommandInput): Promise<number> {
  if (input.args[0] === 'erase') return runErase({ ...input, args: input.args.slice(1) });
  return runCommand(input, PROGRAM_TEXT, (program, ask) => {
    program
      .command('list')
      .description('lists the drivers')
      .action(() => {
        ask(list(input));
      });
    program
      .command('remove')
      .description('removes drivers from the live pages')
      .argument('<ids...>', 'who; list shows them')
      .action((named: string[]) => {
        ask(remove(named, input));
      });
    // This entry only makes the list of commands complete.
    defineErase(program.command('erase'), () => undefined);
  });
}

function list({ output }: CommandInput) {
  return async (database: Database): Promise<void> => {
    const drivers = await new RemovedDriverRepository(database).list();
    const rows = drivers.map(({ driverId, firstDay, lastDay, days, removedAt }) => [
      driverId,
      firstDay,
      lastDay,
      String(days),
      formatTime(removedAt, ''),
    ]);
    output.write(formatTable([['ID', 'FIRST DAY', 'LAST DAY', 'DAYS', 'REMOVED'], ...rows]));
  };
}

function remove(named: string[], { output }: CommandInput) {
  const driverIds = [...new Set(named.map(normaliseName))];
  return async (database: Database): Promise<void> => {
    const removed = new Set(await new RemovedDriverRepository(database).remove(driverIds));
    for (const driverId of removed)
      output.write(
        `Driver ${driverId} is removed: gone from every page within five seconds, until there is another record; those stored stay\n`,
      );
    const unknown = driverIds.filter((driverId) => !removed.has(driverId));
    if (unknown.length > 0)
      throw new CommandError(`There are no records of ${unknown.join(', ')}; list shows all drivers`);
  };
}
