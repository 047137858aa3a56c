import { constants } from 'node:os';
import { tellOfCommandLine } from '@drivewatch/config/command-line';
import { runCluster } from './cluster/run-cluster';
import { undoAll } from './disturb/before-exit';
import { runHostile } from './hostile/run-hostile';
import { type FaultOptions, parseOptions } from './options';
import { runOperators } from './operators/run-operators';
import { planRuns } from './plan';
import type { ScenarioResult } from './scenario-result';
import { discardReport, writeReport } from './report';
import { runScenarios } from './run-scenarios';
import { SCENARIOS } from './scenarios';
import { TEMPOS } from './tempo';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => void undoAll().finally(() => process.exit(128 + constants.signals[signal])));
}

try {
  const options = parseOptions(process.argv.slice(2));
  console.log(`Faults with seed ${options.seed}${options.recordIds ? '' : ', records without ids'}`);
  await discardReport(options.extent);
  const results = (await Promise.all(runsOf(options))).flat();
  await writeReport(options, results);
  if (results.some(({ outcome }) => outcome === 'failed')) {
    console.log(`Again: npx nx run faults:${options.extent} -- --seed ${options.seed}`);
    process.exitCode = 1;
  }
  // Whatever a failed attack leaves open would keep this program alive.
  if (options.extent.startsWith('hostile')) process.exit();
} catch (error) {
  const told = tellOfCommandLine(error, process);
  if (told !== undefined) process.exit(told);
  console.error(error instanceof Error ? error.message : String(error));
  await undoAll();
  // Services of a system that did not come up would keep this program alive; they end with it.
  process.exit(1);
}

/** Returns the runs to make at the same time, each on systems of its own. */
function runsOf(options: FaultOptions): Promise<ScenarioResult[]>[] {
  const { extent, seed, only } = options;
  if (extent === 'hostile') return [runHostile(seed, 'full', only)];
  if (extent === 'hostile-short') return [runHostile(seed, 'short', only)];
  if (extent === 'operators' || extent === 'operators-short') return [runOperators(seed, extent, only)];
  if (extent === 'cluster') return [runCluster(seed, extent, only)];
  const single = runScenarios(planRuns(SCENARIOS, { seed, only, extent }), options, TEMPOS[extent]);
  return extent === 'all' ? [single] : [single, runCluster(seed, extent, only)];
}
