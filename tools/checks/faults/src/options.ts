import { parseArgs } from 'node:util';
import { CLUSTER_SCENARIOS } from './cluster/cluster-scenarios';
import { hostileScenarios } from './hostile/scenarios';
import { OPERATOR_SCENARIOS } from './operators/operator-scenarios';
import { SCENARIOS } from './scenarios';

const ALL_SCENARIOS = [
  ...SCENARIOS,
  ...CLUSTER_SCENARIOS,
  ...hostileScenarios('full'),
  ...OPERATOR_SCENARIOS,
];
const EXTENTS = [
  'all',
  'short',
  'cluster',
  'hostile',
  'hostile-short',
  'operators',
  'operators-short',
] as const;

export const USAGE = `usage: npx nx run faults:all [-- --seed N --only NAME,…]     every fault, in every duration
       npx nx run faults:short [-- --seed N --only NAME,…]   every fault, as short as it makes sense
       npx nx run faults:cluster [-- --seed N --only NAME,…] two APIs, two consumers, 200 pages; a few of them in faults:short
       npx nx run faults:hostile [-- --seed N --only NAME,…] what peers do that mean harm, beside an honest device and page
       npx nx run faults:hostile-short [-- --seed N --only NAME,…] the same with less of everything, side by side on one system
       npx nx run faults:operators [-- --seed N --only NAME,…] what operators do by the book: copies, losses and restores
       npx nx run faults:operators-short [-- --seed N --only NAME,…] the same with fewer transactions before
  --no-record-ids   devices send no recordId: a record whose answer was lost may be stored once more
  --no-set-aside    without the scenario of one record that cannot be stored
  scenarios: ${ALL_SCENARIOS.map(({ name }) => name).join(', ')}`;

export interface FaultOptions {
  /** Which scenarios run, and for how long. */
  readonly extent: (typeof EXTENTS)[number];
  /** Repeats the order and the moments of the faults; their effect varies with the machine all the same. */
  readonly seed: number;
  /** Names of scenarios; empty means all. */
  readonly only: readonly string[];
  /** Whether devices give each record its id, so that sending it again stores nothing new. */
  readonly recordIds: boolean;
  /** Whether a record that cannot be stored is set aside alone, rather than with its whole job. */
  readonly setAside: boolean;
}

const LARGEST_SEED = 2 ** 31;

/** @throws Error saying what is wrong and what is allowed */
export function parseOptions(args: readonly string[]): FaultOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    allowNegative: true,
    options: {
      seed: { type: 'string', default: String(Math.floor(Math.random() * LARGEST_SEED)) },
      only: { type: 'string', default: '' },
      'record-ids': { type: 'boolean', default: true },
      'set-aside': { type: 'boolean', default: true },
    },
  });
  const [word, ...others] = positionals;
  const extent = EXTENTS.find((one) => one === word);
  if (extent === undefined || others.length > 0) throw new Error(USAGE);
  if (!/^\d{1,10}$/.test(values.seed)) throw new Error(`--seed ${values.seed}: allowed: a whole number`);
  const only = values.only.split(',').filter((name) => name !== '');
  const unknown = only.filter((name) => !ALL_SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown.length > 0) throw new Error(`--only ${unknown.join(',')}: no such scenario\n${USAGE}`);
  return {
    extent,
    seed: Number(values.seed),
    only,
    recordIds: values['record-ids'],
    setAside: values['set-aside'],
  };
}
