import { randomInt } from 'node:crypto';
import { integerOption, readCommandLine, urlOption } from '@drivewatch/config/command-line';

/** What the user asked for; times are in seconds. */
export interface CommandLine {
  readonly url: string;
  readonly drivers: number;
  readonly interval: number;
  readonly warmUp: number;
  readonly seed: number;
}
type Options = Omit<CommandLine, 'seed'> & { readonly seed?: number };

/** The folder that the sample days are written to. */
export interface SampleDaysCommand {
  readonly sampleDaysTo: string;
}

const PROGRAM_TEXT = {
  name: 'simulator',
  description: `
Posts the records of a simulated fleet to /addData, as real devices would, until stopped.

The key is taken from DRIVEWATCH_KEY in the environment.`,
};
const SEEDS = 2 ** 32;

/**
 * @throws UsageError
 * @throws HelpAsked
 */
export function parseCommandLine(args: readonly string[]): CommandLine | SampleDaysCommand {
  return readCommandLine<CommandLine | SampleDaysCommand>(args, PROGRAM_TEXT, (program, ask) => {
    const interval = 'seconds between two records of a driver while nothing happens';
    const warmUp = 'seconds of driving before now that are posted at once at the start';
    const seed = 'repeats a drive; where it is left out, another one each time';
    program
      // The options of the fleet are none of sample-days.
      .enablePositionalOptions()
      .addOption(urlOption('--url <url>', 'where Drivewatch listens', 'http://127.0.0.1:8080'))
      .addOption(integerOption('--drivers <n>', 'how many there are', { min: 1, max: 1000, default: 10 }))
      .addOption(integerOption('--interval <seconds>', interval, { min: 1, max: 3600, default: 10 }))
      .addOption(integerOption('--warm-up <seconds>', warmUp, { min: 0, max: 3600, default: 300 }))
      .addOption(integerOption('--seed <n>', seed, { min: 0, max: SEEDS - 1 }))
      .action((options: Options) => {
        ask({ seed: randomInt(SEEDS), ...options });
      });
    program
      .command('sample-days')
      .description('writes three days of ten drivers as detail-record files, the same ones every time')
      .requiredOption('--out <folder>', 'where they are written')
      .action(({ out }: { out: string }) => {
        ask({ sampleDaysTo: out });
      });
  });
}
