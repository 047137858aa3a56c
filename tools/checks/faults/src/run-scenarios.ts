import { join } from 'node:path';
import { FaultSystem } from './fault-system';
import type { Findings } from './load/audit';
import type { FaultOptions } from './options';
import type { PlannedRun } from './plan';
import type { ScenarioResult } from './scenario-result';
import { printResult, REPORTS_DIR, whatIsWrong } from './report';
import type { Tempo } from './tempo';

/** Runs one scenario after the other on one system; after a failure the next begins on a new one. */
export async function runScenarios(
  runs: readonly PlannedRun[],
  options: FaultOptions,
  tempo: Tempo,
): Promise<ScenarioResult[]> {
  const results: ScenarioResult[] = [];
  const finish = (result: ScenarioResult): ScenarioResult => {
    printResult(result);
    results.push(result);
    return result;
  };
  let system: FaultSystem | undefined;
  for (const current of runs) {
    const { name, scenario } = current;
    const reason = scenario.whyNot?.(options);
    if (reason !== undefined) {
      finish({ name, what: scenario.what, outcome: 'skipped', reason, notes: [], seconds: 0 });
      continue;
    }
    console.log(`… ${name}: ${scenario.what}`);
    const result = await judge(name, scenario.what, async (note) => {
      system ??= await FaultSystem.start(options, tempo);
      return system.run(current, note);
    });
    if (finish(result).outcome === 'passed') continue;
    await system?.saveOutputs(join(REPORTS_DIR, `faults-${name}.txt`));
    await stopAnyway(system);
    system = undefined;
  }
  const last = system;
  if (last === undefined) return results;
  const what = 'ledger and table of all scenarios since the last failure';
  finish(await judge('all-together', what, () => last.auditEverything()));
  await stopAnyway(last);
  return results;
}

/** Runs `act` and returns its outcome. */
export async function judge(
  name: string,
  what: string,
  act: (note: (event: string) => void) => Promise<Findings>,
): Promise<ScenarioResult> {
  const notes: string[] = [];
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1_000;
  try {
    const findings = await act((event) => notes.push(event));
    const reason = whatIsWrong(findings);
    const outcome = reason === undefined ? 'passed' : 'failed';
    return {
      name,
      what,
      outcome,
      ...(reason !== undefined && { reason }),
      findings,
      notes,
      seconds: seconds(),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { name, what, outcome: 'failed', reason, notes, seconds: seconds() };
  }
}

/** Stops a system, if there is one. What a broken one leaves running ends with this program. */
export async function stopAnyway(system: { stop: () => Promise<unknown> } | undefined): Promise<void> {
  await system?.stop().catch((error: unknown) => {
    console.log(`    The system did not end in order: ${String(error)}`);
  });
}
