import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toJUnit } from './junit';
import type { Findings } from './load/audit';
import type { FaultOptions } from './options';
import type { ScenarioResult } from './scenario-result';

export const REPORTS_DIR = 'reports';
const NAMES_SHOWN = 3;

/** @returns what is wrong with the records, or `undefined` */
export function whatIsWrong({ lost, double, unknown }: Findings): string | undefined {
  const wrong = Object.entries({ lost, double, unknown })
    .filter(([, ids]) => ids.length > 0)
    .map(([kind, ids]) => `${ids.length} ${kind} (${ids.slice(0, NAMES_SHOWN).join(', ')})`);
  return wrong.length > 0 ? wrong.join('; ') : undefined;
}

/** Prints one line and its details, as soon as a scenario is over. */
export function printResult({ name, outcome, reason, findings, notes, seconds }: ScenarioResult): void {
  const mark = { passed: '✓', failed: '✗', skipped: '–' }[outcome];
  const figures = findings
    ? `${findings.acknowledged} acknowledged, ${findings.stored} stored, ${findings.lost.length} lost, ${findings.double.length} double`
    : '';
  const parts = [figures, reason ?? '', `${seconds.toFixed(0)} s`].filter((part) => part !== '');
  console.log(`${mark} ${name}: ${parts.join('; ')}`);
  for (const note of notes) console.log(`    ${note}`);
}

/**
 * Returns the name of the report, by which `npm test` finds it; there is one for each extent, since several may run at
 * the same time.
 */
const reportName = (extent: FaultOptions['extent']): string => `${extent}-faults`;
const reportFile = (extent: FaultOptions['extent'], ending: 'json' | 'xml'): string =>
  join(REPORTS_DIR, `${reportName(extent)}.${ending}`);

/** Removes the report of an earlier run, so that it is not taken for this one's. */
export async function discardReport(extent: FaultOptions['extent']): Promise<void> {
  await mkdir(REPORTS_DIR, { recursive: true });
  for (const ending of ['json', 'xml'] as const) await rm(reportFile(extent, ending), { force: true });
}

/** Leaves the results for `npm test` to count, with the lists of ids for finding the fault. */
export async function writeReport(
  { extent, seed }: Pick<FaultOptions, 'extent' | 'seed'>,
  results: readonly ScenarioResult[],
): Promise<void> {
  await writeFile(reportFile(extent, 'json'), `${JSON.stringify({ seed, results }, null, 2)}\n`);
  await writeFile(reportFile(extent, 'xml'), toJUnit(reportName(extent), results));
}
