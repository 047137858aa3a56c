import { integerOption, readCommandLine, refuse, urlOption } from '@drivewatch/config/command-line';
import type { ReplaySpeed } from './time-plan';

/** What the user asked for. */
export interface CommandLine {
  files: string[];
  url: string;
  speed: ReplaySpeed;
  now: boolean;
  concurrency: number;
  /** Most rows held in memory to put them in order. */
  buffer: number;
}

type Options = Omit<CommandLine, 'files' | 'now'> & { now?: boolean };

const PROGRAM_TEXT = {
  name: 'npm run replay --',
  description: `
Posts the rows of detail-record files to /addData as the vehicles' devices would: in the order of their times, each driver's
records one after the other. Several files are merged by time.`,
};

const MORE_HELP = `
To see it soon:      npm run replay -- FILE --speed 10 --now
To load everything:  npm run replay -- FILE… --speed max

The key is taken from DRIVEWATCH_KEY in the environment, and the time zone of times without an offset from FLEET_TIME_ZONE;
set it to the server's if files have times of both kinds.

Ends with 0 when every row was accepted, 1 when a row was rejected or the replay had to stop, 2 when the command
line was wrong, and 130 on Ctrl-C. A record whose answer is lost is sent again.`;

const ABOUT_NOW = `moves the records to the present: each bears the moment it is sent; with --speed max the newest record is \
of now and the others keep their distance from it. Without it, the requests ask for the alerts of the past (X-Replay: 1), \
which needs a key marked for replay, where there are keys`;

/**
 * @throws UsageError
 * @throws HelpAsked
 */
export function parseCommandLine(args: readonly string[]): CommandLine {
  return readCommandLine<CommandLine>(args, PROGRAM_TEXT, (program, ask) => {
    program
      .argument('<files...>', 'detail-record files')
      .addOption(urlOption('--url <url>', 'where Drivewatch listens', 'http://localhost:8080'))
      .option(
        '--speed <n|max>',
        'so many times as fast as recorded, or as fast as the server answers',
        toSpeed,
        1,
      )
      .option('--now', ABOUT_NOW)
      .addOption(
        integerOption('--concurrency <n>', 'drivers whose records are under way at the same time', {
          min: 1,
          max: 1000,
          default: 64,
        }),
      )
      .addOption(
        integerOption('--buffer <rows>', 'rows held in memory to put rows that are out of order in order', {
          min: 1,
          max: 1_000_000_000,
          default: 250_000,
        }),
      )
      .addHelpText('after', MORE_HELP)
      .action((files: string[], { now = false, ...options }: Options) => {
        ask({ files, now, ...options });
      });
  });
}

function toSpeed(text: string): ReplaySpeed {
  if (text === 'max') return 'max';
  const speed = Number(text);
  if (speed > 0 && Number.isFinite(speed)) return speed;
  return refuse('a number above 0, or max');
}
