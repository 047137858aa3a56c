import { readOptions, UsageError } from '../program';
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

export const USAGE = `usage: npm run replay -- FILE… [options]

Posts the rows of detail-record files to /addData as the vehicles' devices would: in the order of their times, each
driver's records one after the other. Several files are merged by time.

  --url URL          where Drivewatch listens (default http://localhost:8080)
  --speed N|max      N times as fast as recorded, or as fast as the server answers (default 1: as recorded)
  --now              moves the records to the present: each bears the moment it is sent; with --speed max the
                     newest record is of now and the others keep their distance from it. Without it, the requests
                     ask for the alerts of the past (X-Replay: 1), which needs a key marked for replay, where there
                     are keys
  --concurrency N    drivers whose records are under way at the same time, 1 to 1000 (default 64)
  --buffer ROWS      rows held in memory to put rows that are out of order in order (default 250000)
  --help             shows this

To see it soon:      npm run replay -- FILE --speed 10 --now
To load everything:  npm run replay -- FILE… --speed max

DRIVEWATCH_KEY in the environment is the key that is sent.

Ends with 0 when every row was accepted, 1 when a row was rejected or the replay could not go on, 2 when the command
line was wrong, and 130 on Ctrl-C. A record whose answer is lost on the way is sent again.
`;

/**
 * @returns what to do, or 'help'
 * @throws UsageError
 */
export function parseCommandLine(args: readonly string[]): CommandLine | 'help' {
  const { values, positionals } = readOptions(args, {
    url: { type: 'string' },
    speed: { type: 'string' },
    now: { type: 'boolean' },
    concurrency: { type: 'string' },
    buffer: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  });
  if (values.help === true) return 'help';
  if (positionals.length === 0) throw new UsageError('name at least one detail-record file');
  return {
    files: positionals,
    url: toUrl(values.url ?? 'http://localhost:8080'),
    speed: toSpeed(values.speed ?? '1'),
    now: values.now ?? false,
    concurrency: toCount('--concurrency', values.concurrency ?? '64', 1000),
    buffer: toCount('--buffer', values.buffer ?? '250000', 1_000_000_000),
  };
}

function toUrl(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text;
  throw new UsageError(`--url ${text} is no address such as http://localhost:8080`);
}

function toSpeed(text: string): ReplaySpeed {
  if (text === 'max') return 'max';
  const speed = Number(text);
  if (speed > 0 && Number.isFinite(speed)) return speed;
  throw new UsageError(`--speed ${text} is neither a number above 0 nor max`);
}

function toCount(option: string, text: string, max: number): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= max) return count;
  throw new UsageError(`${option} ${text} is no whole number from 1 to ${max}`);
}
