import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import * as z from 'zod';

export const USAGE = `usage: simulator [options]
       simulator sample-days --out FOLDER

Posts the records of a simulated fleet to /addData, as real devices would, until stopped.

  --url URL          where Drivewatch listens (default http://127.0.0.1:8080)
  --drivers N        1 to 1000 (default 10)
  --interval SECONDS between two records of a driver while nothing happens, 1 to 3600 (default 10)
  --warm-up SECONDS  of driving before now that are posted at once at the start, 0 to 3600 (default 300)
  --seed N           repeats a drive (default: another one each time)
  --help             shows this

DRIVEWATCH_KEY in the environment is the key that is sent.

sample-days writes three days of ten drivers as detail-record files, the same ones every time.
`;

const count = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

const commandLineSchema = z.object({
  url: z.url({ protocol: /^https?$/, error: 'must be an http:// URL' }).default('http://127.0.0.1:8080'),
  drivers: count(1, 1000).default(10),
  interval: count(1, 3600).default(10),
  'warm-up': count(0, 3600).default(300),
  seed: count(0, 2 ** 32 - 1).default(() => randomInt(2 ** 32)),
});
export type CommandLine = z.output<typeof commandLineSchema>;

/** The folder that the sample days are written to. */
export interface SampleDaysCommand {
  readonly sampleDaysTo: string;
}

/** An invalid command line; the message is one line for the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * @returns what to do, or 'help'
 * @throws UsageError
 */
export function parseCommandLine(args: readonly string[]): CommandLine | SampleDaysCommand | 'help' {
  if (args[0] === 'sample-days') return parseSampleDays(args.slice(1));
  const { help, ...values } = parse(args);
  if (help === true) return 'help';
  const parsed = commandLineSchema.safeParse(values);
  if (parsed.success) return parsed.data;
  throw new UsageError(
    parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('; '),
  );
}

function parseSampleDays([option, folder, ...surplus]: readonly string[]): SampleDaysCommand {
  if (option !== '--out' || folder === undefined || surplus.length > 0) {
    throw new UsageError('sample-days takes --out FOLDER');
  }
  return { sampleDaysTo: folder };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        url: { type: 'string' },
        drivers: { type: 'string' },
        interval: { type: 'string' },
        'warm-up': { type: 'string' },
        seed: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values;
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}
