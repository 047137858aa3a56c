import { crc32 } from 'node:zlib';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '@drivewatch/seeded-random';
import { printResult, REPORTS_DIR, type ScenarioResult } from '../report';
import { judge } from '../run-scenarios';
import type { HostileScenario } from './hostile-scenario';
import { HostileSystem } from './hostile-system';
import { HOSTILE_SCENARIOS } from './scenarios';

/**
 * Runs what peers do that mean harm: the scenarios that need no settings of their own one after the other on one system, and
 * beside them each of the others on a system of its own.
 */
export async function runHostile(seed: number, only: readonly string[]): Promise<ScenarioResult[]> {
  const chosen = HOSTILE_SCENARIOS.filter(({ name }) => only.length === 0 || only.includes(name));
  if (process.platform !== 'linux') return chosen.map(skipped);
  const isAlone = ({ apiEnv, env }: HostileScenario) => apiEnv !== undefined || env !== undefined;
  const [shared, alone] = [chosen.filter((one) => !isAlone(one)), chosen.filter(isAlone)];
  const lanes = [runOnOneSystem(shared, seed), runEachOnItsOwn(alone, seed)];
  return (await Promise.all(lanes)).flat();
}

/** Memory, connections and their ends are looked at in ways that other systems do not have. */
function skipped({ name, what }: HostileScenario): ScenarioResult {
  const reason = 'needs /proc of Linux';
  const result = { name, what, outcome: 'skipped', reason, notes: [], seconds: 0 } as const;
  printResult(result);
  return result;
}

async function runEachOnItsOwn(
  scenarios: readonly HostileScenario[],
  seed: number,
): Promise<ScenarioResult[]> {
  const results: ScenarioResult[] = [];
  for (const scenario of scenarios)
    for (const result of await runOnOneSystem([scenario], seed)) results.push(result);
  return results;
}

/** After a failure the next scenario begins on a new system. */
async function runOnOneSystem(
  scenarios: readonly HostileScenario[],
  seed: number,
): Promise<ScenarioResult[]> {
  const results: ScenarioResult[] = [];
  let system: HostileSystem | undefined;
  for (const [index, scenario] of scenarios.entries()) {
    const { name, what } = scenario;
    console.log(`… ${name}: ${what}`);
    const result = await judge(name, what, async (note) => {
      system ??= await HostileSystem.start(scenarios.slice(index), new Random(seed ^ crc32(name)));
      return await system.run(scenario, note);
    });
    printResult(result);
    results.push(result);
    if (result.outcome === 'passed') continue;
    await saveOutput(name, system);
    await stop(system);
    system = undefined;
  }
  await stop(system);
  return results;
}

async function saveOutput(name: string, system: HostileSystem | undefined): Promise<void> {
  if (system === undefined) return;
  await mkdir(REPORTS_DIR, { recursive: true });
  await writeFile(join(REPORTS_DIR, `hostile-${name}.txt`), system.output);
}

/** What a broken system leaves running ends with this program. */
async function stop(system: HostileSystem | undefined): Promise<void> {
  await system?.stop().catch((error: unknown) => {
    console.log(`    The system did not end in order: ${String(error)}`);
  });
}
