import { crc32 } from 'node:zlib';
import { Random } from '@drivewatch/testing/random';
import type { FaultOptions } from './options';
import type { Scenario } from './scenarios';

/** One scenario in one duration. */
export interface PlannedRun {
  readonly scenario: Scenario;
  /** 0 if the scenario has no durations, and in the short run. */
  readonly seconds: number;
  /** Name and duration; drivers are named after it. */
  readonly name: string;
  /** A generator of its own, so that the run is the same when it runs alone. */
  readonly random: Random;
}

/** Returns the runs, in an order that the seed determines: each scenario meets what another has left behind. */
export function planRuns(
  scenarios: readonly Scenario[],
  { extent, seed, only }: Pick<FaultOptions, 'seed' | 'only'> & { readonly extent: 'all' | 'short' },
): PlannedRun[] {
  const order = new Random(seed);
  return scenarios
    .filter(({ name }) => only.length === 0 || only.includes(name))
    .flatMap((scenario) =>
      ((extent === 'all' ? scenario.seconds : undefined) ?? [0]).map((seconds) => {
        const name = seconds === 0 ? scenario.name : `${scenario.name}-${seconds}s`;
        return { scenario, seconds, name, random: new Random(seed ^ crc32(name)) };
      }),
    )
    .map((run) => ({ run, place: order.next() }))
    .sort((one, other) => one.place - other.place)
    .map(({ run }) => run);
}
