import { crc32 } from 'node:zlib';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '@drivewatch/testing/random';
import type { ScenarioResult } from '../scenario-result';
import { printResult, REPORTS_DIR } from '../report';
import { judge, stopAnyway } from '../run-scenarios';
import { type Group, planHostile, type SystemPlan } from './hostile-plan';
import type { HostileScenario, HostileSize } from './hostile-scenario';
import { HostileSystem } from './hostile-system';
import { hostileScenarios } from './scenarios';

/** Runs what hostile peers do, on several systems in parallel if there are several. */
export async function runHostile(
  seed: number,
  size: HostileSize,
  only: readonly string[],
): Promise<ScenarioResult[]> {
  const chosen = hostileScenarios(size).filter(({ name }) => only.length === 0 || only.includes(name));
  if (process.platform !== 'linux') return chosen.map(skipped);
  const lanes = planHostile(chosen, size).map((systems) => runOneAfterTheOther(systems, seed));
  return (await Promise.all(lanes)).flat();
}

/** Memory, connections and their ends are observed in ways that other systems do not offer. */
function skipped({ name, what }: HostileScenario): ScenarioResult {
  const reason = 'needs /proc of Linux';
  const result = { name, what, outcome: 'skipped', reason, notes: [], seconds: 0 } as const;
  printResult(result);
  return result;
}

async function runOneAfterTheOther(systems: readonly SystemPlan[], seed: number): Promise<ScenarioResult[]> {
  const results: ScenarioResult[] = [];
  for (const plan of systems) for (const result of await runOnOneSystem(plan, seed)) results.push(result);
  return results;
}

/** Runs the groups of one system; after a failure the next group begins on a new system. */
async function runOnOneSystem({ settings, groups }: SystemPlan, seed: number): Promise<ScenarioResult[]> {
  const results: ScenarioResult[] = [];
  let system: HostileSystem | undefined;
  for (const [index, group] of groups.entries()) {
    const [{ name }] = group;
    const start = () => HostileSystem.start(groups.slice(index), settings, new Random(seed ^ crc32(name)));
    const ofGroup = await judgeGroup(group, async (note) => {
      system ??= await start();
      return await system.run(group, note);
    });
    for (const result of ofGroup) results.push(result);
    if (ofGroup.every(({ outcome }) => outcome === 'passed')) continue;
    await saveOutput(name, system);
    await stopAnyway(system);
    system = undefined;
  }
  await stopAnyway(system);
  return results;
}

/** @returns a result for each; what failed in one of them, or beside all of them, counts as a failure of all */
async function judgeGroup(
  group: Group,
  run: (note: Parameters<HostileSystem['run']>[1]) => ReturnType<HostileSystem['run']>,
): Promise<ScenarioResult[]> {
  for (const { name, what } of group) console.log(`… ${name}: ${what}`);
  const noted: { readonly event: string; readonly scenario?: HostileScenario | undefined }[] = [];
  const [{ name, what }] = group;
  const result = await judge(name, what, () => run((event, scenario) => noted.push({ event, scenario })));
  return group.map((one) => {
    const mine = noted.filter(({ scenario = one }) => scenario === one);
    const notes = mine.map(({ event }) => event);
    // Each gets a share, so that the times of all add up to what the run has taken.
    const seconds = result.seconds / group.length;
    const ofOne = { ...result, name: one.name, what: one.what, notes, seconds };
    printResult(ofOne);
    return ofOne;
  });
}

async function saveOutput(name: string, system: HostileSystem | undefined): Promise<void> {
  if (system === undefined) return;
  await mkdir(REPORTS_DIR, { recursive: true });
  await writeFile(join(REPORTS_DIR, `hostile-${name}.txt`), system.output);
}
