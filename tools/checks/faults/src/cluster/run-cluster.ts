import { judge } from '../run-scenarios';
import type { ScenarioResult } from '../scenario-result';
import { printResult } from '../report';
import { EXTENTS } from './extent';
import { CLUSTER_SCENARIOS } from './cluster-scenarios';
import { ClusterSystem } from './cluster-system';

/** Runs every fault of several instances on one system; after a failure the next begins on a new one. */
export async function runCluster(
  seed: number,
  extent: keyof typeof EXTENTS,
  only: readonly string[],
): Promise<ScenarioResult[]> {
  const results: ScenarioResult[] = [];
  let system: ClusterSystem | undefined;
  for (const { name, what, act } of CLUSTER_SCENARIOS) {
    if (only.length > 0 && !only.includes(name)) continue;
    console.log(`… ${name}: ${what}`);
    const result = await judge(name, what, async (note) => {
      const current = (system ??= await ClusterSystem.start(seed, EXTENTS[extent]));
      return current.run(name, () => act(current, EXTENTS[extent], name, note), note);
    });
    printResult(result);
    results.push(result);
    if (result.outcome === 'passed') continue;
    await system?.stop().catch(() => undefined);
    system = undefined;
  }
  await system?.stop();
  return results;
}
