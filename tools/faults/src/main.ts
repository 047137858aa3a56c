import { constants } from 'node:os';
import { runCluster } from './cluster/run-cluster';
import { undoAll } from './disturb/before-exit';
import { parseOptions } from './options';
import { planRuns } from './plan';
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
  const { extent, seed, only } = options;
  // Each on systems of its own.
  const results = await Promise.all([
    extent === 'cluster'
      ? []
      : runScenarios(planRuns(SCENARIOS, { seed, only, extent }), options, TEMPOS[extent]),
    extent === 'all' ? [] : runCluster(seed, extent, only),
  ]).then((parts) => parts.flat());
  await writeReport(options, results);
  if (results.some(({ outcome }) => outcome === 'failed')) {
    console.log(`Again: npx nx run faults:${options.extent} -- --seed ${options.seed}`);
    process.exitCode = 1;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  await undoAll();
  // Services of a system that did not come up would keep this program alive; they end with it.
  process.exit(1);
}
