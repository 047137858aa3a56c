/** The result of a test run: counts, failures and seconds, from Nx's record of its tasks and the JUnit reports. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readJunit } from './junit.mjs';
import { workspaceRoot } from './paths.mjs';
import { commandAgain, LONG_FIRST, reportOf } from './test-steps.mjs';

const NX_CACHE = join(workspaceRoot, '.nx/cache');
/** Nx's record of the last run, and what each task has printed. */
export const NX_RUN_FILE = join(NX_CACHE, 'run.json');
const OUTPUT_DIR = join(NX_CACHE, 'terminalOutputs');
const SHOWN_FAILURES = 10;
const SHOWN_LINES = 12;
const SLOW_SUITES = 20;
const secondsBetween = (from, to) => Math.max((Date.parse(to) - Date.parse(from)) / 1000, 0);
const round = (seconds) => Math.round(seconds * 10) / 10;

/**
 * @param {{ tasks: readonly object[] }} run Nx's record
 * @param {string} reportsDir
 * @param {readonly import('./test-steps.mjs').Step[]} steps
 * @param {{ readReport?: typeof readJunit, readOutput?: (hash: string) => Promise<string> }} [sources]
 * @returns {Promise<object[]>} each task of these steps, or that they needed, with counts, failures and suites; a task
 * without a report counts as one test, and one whose report is missing or empty has failed
 */
export async function readTasks(
  run,
  reportsDir,
  steps,
  { readReport = readJunit, readOutput = outputOf } = {},
) {
  const stepOf = ({ target }) => steps.find(({ targets }) => targets.includes(target));
  const own = run.tasks.filter(({ target }) => target !== LONG_FIRST);
  return Promise.all(
    own.map(async ({ projectName: project, target, startTime, endTime, cacheStatus, status, hash }) => {
      const ok = status === 0;
      const step = stepOf({ target });
      const task = {
        id: `${project}:${target}`,
        project,
        target,
        step: step?.name,
        ok,
        startTime,
        endTime,
        seconds: round(secondsBetween(startTime, endTime)),
        isFromCache: cacheStatus !== 'cache-miss',
      };
      const alone = {
        counts: { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 },
        failures: ok ? [] : [{ test: task.id, message: lastLines(await readOutput(hash)) }],
        suites: [],
      };
      if (!step?.hasReport) return { ...task, ...alone };
      try {
        const report = await readReport(join(reportsDir, reportOf(task)));
        // A runner may fail after its last test.
        return ok || report.counts.failed > 0
          ? { ...task, ...report }
          : { ...task, ...report, ...counted(report, alone) };
      } catch (error) {
        const message = `reports/${reportOf(task)} ${error.code === 'ENOENT' ? 'was not written' : error.message}`;
        const failures = [
          {
            test: task.id,
            message: ok ? message : `${message}\n${alone.failures[0].message}`,
          },
        ];
        return { ...task, counts: { passed: 0, failed: 1, skipped: 0 }, failures, suites: [], ok: false };
      }
    }),
  );
}

const counted = ({ counts }, { failures }) => ({ counts: { ...counts, failed: 1 }, failures });

const outputOf = (hash) => readFile(join(OUTPUT_DIR, hash), 'utf8').catch(() => '');

function lastLines(text, count = 30) {
  return text.trim().split('\n').slice(-count).join('\n');
}

/** @returns {import('./junit.mjs').Counts} */
export function sumCounts(tasks) {
  const sum = (key) => tasks.reduce((total, { counts }) => total + counts[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/** @param {import('./junit.mjs').Counts} counts @returns {string} the last line of a test run */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * @returns {{ name: string, title: string, counts: object, seconds: number, taskSeconds: number, tasks: number,
 * fromCache: number }[]} `seconds` runs from the beginning of the step's first task to the end of its last one, during
 * which other steps run as well; `taskSeconds` is the sum over the tasks
 */
export function summarizeSteps(steps, tasks) {
  return steps.map(({ name, title }) => {
    const own = tasks.filter(({ step }) => step === name);
    const ran = own.filter(({ isFromCache }) => !isFromCache);
    const times = ran.flatMap(({ startTime, endTime }) => [Date.parse(startTime), Date.parse(endTime)]);
    return {
      name,
      title,
      counts: sumCounts(own),
      tasks: own.length,
      fromCache: own.length - ran.length,
      seconds: times.length === 0 ? 0 : round((Math.max(...times) - Math.min(...times)) / 1000),
      taskSeconds: round(ran.reduce((sum, { seconds }) => sum + seconds, 0)),
    };
  });
}

/**
 * @returns {{ suite: string, project: string, seconds: number }[]} the slowest ones that were not taken from the cache
 */
export function slowestSuites(tasks, count = SLOW_SUITES) {
  return tasks
    .filter(({ isFromCache }) => !isFromCache)
    .flatMap(({ project, suites }) =>
      suites.map(({ name, seconds }) => ({ suite: name, project, seconds: round(seconds) })),
    )
    .sort((one, other) => other.seconds - one.seconds)
    .slice(0, count);
}

/**
 * Returns the last screen of a run that failed: which tests, what they said, and the command that runs each again.
 *
 * @returns {string[]} lines
 */
export function describeFailures(tasks) {
  const failures = tasks.flatMap((task) => task.failures.map((failure) => ({ task, ...failure })));
  const lines = failures.slice(0, SHOWN_FAILURES).flatMap(({ task, test, file, message }) => {
    const said = message
      .split('\n')
      .filter((line) => line.trim() !== '' && !/^\s+at .*node_modules/.test(line));
    const shown = file === undefined ? said.slice(-SHOWN_LINES) : said.slice(0, SHOWN_LINES);
    return [
      `✗ ${test}${file === undefined ? '' : `  (${file})`}`,
      ...shown.map((line) => `    ${line}`),
      `  again: ${commandAgain(task, file)}`,
    ];
  });
  const more = failures.length - SHOWN_FAILURES;
  return more > 0 ? [...lines, `… and ${more} more; reports/ holds them all`] : lines;
}
