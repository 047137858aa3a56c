import { parseArgs } from 'node:util';

export type LauncherCommand = 'start' | 'migrate' | 'help';

export interface LauncherOptions {
  readonly command: LauncherCommand;
  /** Whether to start the simulated fleet as well. */
  readonly withDemo: boolean;
}

export const HELP = `Usage: npm start [-- OPTIONS]

Starts Drivewatch: PostgreSQL, Redis, the API with the dashboard, the queue consumer and a simulated fleet. Where Java
and Python are there, it also sums up sample days for the Summary page, once, in the background.

Options:
  --no-demo   no simulated fleet and no sample days
  --help      show this text

Settings come from the environment (all are explained in .env.example), for example:
  PORT=8081 npm start`;

/** An invalid command line; its message is for the user, in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Parses the launcher's arguments, without the program's own name.
 *
 * @throws UsageError naming the first unknown argument
 */
export function parseOptions(args: readonly string[]): LauncherOptions {
  const { values, positionals } = parse(args);
  const [command = 'start', ...surplus] = positionals;
  if (command !== 'start' && command !== 'migrate') throw unknown(command);
  if (surplus[0] !== undefined) throw unknown(surplus[0]);
  return { command: values.help ? 'help' : command, withDemo: !values['no-demo'] };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'no-demo': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (cause) {
    const wrong = args.find((arg) => arg.startsWith('-') && !['--no-demo', '--help', '-h'].includes(arg));
    throw unknown(wrong ?? args.join(' '), cause);
  }
}

function unknown(argument: string, cause?: unknown): UsageError {
  return new UsageError(`Unknown option "${argument}"; npm start -- --help lists what there is`, { cause });
}
