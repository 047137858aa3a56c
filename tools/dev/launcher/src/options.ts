import { readCommandLine, readEmptyCommandLine } from '@drivewatch/config/command-line';

export interface LauncherOptions {
  readonly command: 'start' | 'migrate';
  /** Whether to start the simulated fleet as well. */
  readonly withDemo: boolean;
}

const START_TEXT = {
  name: 'npm start --',
  description: `
Starts Drivewatch: PostgreSQL, Redis, the API with the dashboard, the queue consumer and a simulated fleet. Where Java
and Python are there, it also sums up sample days for the Summary page, once, in the background.`,
};
const MIGRATE_TEXT = {
  name: 'npm run migrate',
  description: `Brings the schema of DATABASE_URL, or of Drivewatch's own PostgreSQL, up to date.`,
};
const MORE_HELP = `
Settings come from the environment (all are explained in .env.example), for example:
  PORT=8081 npm start`;

/**
 * Parses the launcher's arguments, without the program's own name.
 *
 * @throws UsageError
 * @throws HelpAsked
 */
export function parseOptions(args: readonly string[]): LauncherOptions {
  if (args[0] === 'migrate') {
    readEmptyCommandLine(args.slice(1), MIGRATE_TEXT);
    return { command: 'migrate', withDemo: false };
  }
  return readCommandLine<LauncherOptions>(args, START_TEXT, (program, ask) => {
    program
      .option('--no-demo', 'no simulated fleet and no sample days')
      .addHelpText('after', MORE_HELP)
      .action(({ demo }: { demo: boolean }) => {
        ask({ command: 'start', withDemo: demo });
      });
  });
}
