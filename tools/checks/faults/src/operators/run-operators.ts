import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '@drivewatch/testing/random';
import type { ScenarioResult } from '../scenario-result';
import { printResult, REPORTS_DIR } from '../report';
import { judge, stopAnyway } from '../run-scenarios';
import { OperatorChapters } from './operator-chapter';
import type { OperatorScenario, OperatorSize } from './operator-scenario';
import { OPERATOR_SCENARIOS } from './operator-scenarios';
import { OperatorSystem } from './operator-system';

export const OPERATOR_SIZES = {
  'operators-short': { burntIds: 20_000, hasSummaries: false },
  operators: { burntIds: 3_000_000, hasSummaries: true },
} as const satisfies Record<string, OperatorSize>;

/**
 * Runs what operators do according to the documentation, one scenario after the other on one system; after a failure
 * the next begins on a new one.
 */
export async function runOperators(
  seed: number,
  extent: keyof typeof OPERATOR_SIZES,
  only: readonly string[],
): Promise<ScenarioResult[]> {
  const results: ScenarioResult[] = [];
  let run: OperatorRun | undefined;
  for (const scenario of OPERATOR_SCENARIOS) {
    const { name, what } = scenario;
    if (only.length > 0 && !only.includes(name)) continue;
    console.log(`… ${name}: ${what}`);
    const result = await judge(name, what, async (note) => {
      run ??= await OperatorRun.start(seed, scenario);
      return run.chapters.run(scenario, OPERATOR_SIZES[extent], note);
    });
    printResult(result);
    results.push(result);
    if (result.outcome === 'passed') continue;
    await run?.fail(name);
    run = undefined;
  }
  await run?.stop();
  return results;
}

/** A system and the chapters on it. */
class OperatorRun {
  private constructor(
    readonly system: OperatorSystem,
    readonly chapters: OperatorChapters,
  ) {}

  static async start(seed: number, { server }: OperatorScenario): Promise<OperatorRun> {
    const system = await OperatorSystem.start(server);
    return new OperatorRun(system, new OperatorChapters(system, new Random(seed)));
  }

  /** Saves the last output of the apps, for finding out what went wrong. */
  async fail(name: string): Promise<void> {
    await mkdir(REPORTS_DIR, { recursive: true });
    await writeFile(join(REPORTS_DIR, `operators-${name}.txt`), this.system.outputs);
    await stopAnyway(this);
  }

  async stop(): Promise<void> {
    await this.chapters.stop();
    await this.system.stop();
  }
}
