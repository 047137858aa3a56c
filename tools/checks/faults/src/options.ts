import { integerOption, listOption, readCommandLine } from '@drivewatch/config/command-line';
import { CLUSTER_SCENARIOS } from './cluster/cluster-scenarios';
import { hostileScenarios } from './hostile/scenarios';
import { OPERATOR_SCENARIOS } from './operators/operator-scenarios';
import { SCENARIOS } from './scenarios';

/** Which scenarios are run, and in which durations. */
const EXTENTS = {
  all: 'every fault, in every duration',
  short: 'every fault, as short as it makes sense',
  cluster: 'two APIs, two consumers, 200 pages; a few of them in faults:short',
  hostile: 'what peers do that mean harm, beside an honest device and page',
  'hostile-short': 'the same with less of everything, side by side on one system',
  operators: 'what operators do by the book: copies, losses and restores',
  'operators-short': 'the same with fewer transactions before',
};
type Extent = keyof typeof EXTENTS;

const PROGRAM_TEXT = {
  name: 'faults',
  description: `
Breaks parts under load and compares what was acknowledged with what is stored. Nx builds and runs it:
npx nx run faults:COMMAND -- OPTIONS`,
};
const SCENARIO_NAMES = [
  ...SCENARIOS,
  ...CLUSTER_SCENARIOS,
  ...hostileScenarios('full'),
  ...OPERATOR_SCENARIOS,
].map(({ name }) => name);
const LARGEST_SEED = 2 ** 31;
const SEED_TEXT = 'repeats order and moments of the faults; another one each time where it is left out';

export interface FaultOptions {
  /** Which scenarios run, and for how long. */
  readonly extent: Extent;
  /** Repeats the order and the moments of the faults; their effect varies with the machine all the same. */
  readonly seed: number;
  /** Names of scenarios; empty means all. */
  readonly only: readonly string[];
  /** Whether devices give each record its id, so that sending it again stores nothing new. */
  readonly recordIds: boolean;
  /** Whether a record that cannot be stored is set aside alone, rather than with its whole job. */
  readonly setAside: boolean;
}
/** The options as they stand on the command line. */
type GivenOptions = Pick<FaultOptions, 'recordIds' | 'setAside'> &
  Partial<Pick<FaultOptions, 'seed' | 'only'>>;

/**
 * @throws UsageError
 * @throws HelpAsked
 */
export function parseOptions(args: readonly string[]): FaultOptions {
  return readCommandLine<FaultOptions>(args, PROGRAM_TEXT, (program, ask) => {
    for (const [extent, description] of Object.entries(EXTENTS) as [Extent, string][])
      program
        .command(extent)
        .description(description)
        .addOption(integerOption('--seed <n>', SEED_TEXT, { min: 0, max: 9_999_999_999 }))
        .addOption(listOption('--only <names>', 'these scenarios alone', SCENARIO_NAMES))
        .option(
          '--no-record-ids',
          'devices send no recordId: a record whose answer was lost may be stored once more',
        )
        .option('--no-set-aside', 'without the scenario of one record that cannot be stored')
        .action(
          ({ seed = Math.floor(Math.random() * LARGEST_SEED), only = [], ...options }: GivenOptions) => {
            ask({ extent, seed, only, ...options });
          },
        );
  });
}
