/**
 * `npm test`: everything that proves the project, from the format check to the browser, or a part of it; with `--full`
 * (`npm run test:full`) also what takes long. Nx runs the tasks in parallel and keeps the results of those that passed;
 * the last line counts.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { ensureProgram, SYSTEM_PROGRAMS } from '../../../libs/local-services/src/process/system-programs.mjs';
import { ensureInstalled } from './install.mjs';
import { nxProgram, packagesDir, projectNode, workspaceRoot } from './paths.mjs';
import { runQuietly } from './run-command.mjs';
import { projectEnv, runScript, ScriptError } from './script.mjs';
import { LONG_FIRST, parseOptions, USAGE, UsageError } from './test-steps.mjs';
import {
  describeFailures,
  NX_RUN_FILE,
  readTasks,
  slowestSuites,
  sumCounts,
  summarizeSteps,
  summaryLine,
} from './test-report.mjs';

const reportsDir = join(workspaceRoot, 'reports');
const GIBIBYTE = 1024 ** 3;
/**
 * A task is a few stacks of servers, a browser or Spark's Java; there may be one more than cores, since each waits at
 * times.
 */
const parallelTasks = Math.max(
  1,
  Math.min(availableParallelism() + 1, Math.floor(totalmem() / (3 * GIBIBYTE))),
);
/** Only a program that hangs takes this long, including the download of whatever is missing. */
const RUN_LIMIT_MS = { short: 80 * 60_000, full: 6 * 60 * 60_000 };

await runScript(async () => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const begunAt = performance.now();
  const phases = {};
  const timed = async (name, work) => {
    const startedAt = performance.now();
    await work();
    phases[name] = Math.round((performance.now() - startedAt) / 100) / 10;
  };
  // Both download something, and use the processor in between.
  await Promise.all([timed('packages', () => ensureInstalled()), timed('programs', ensureSystemPrograms)]);
  console.log(`Packages ${phases.packages} s, beside them programs ${phases.programs} s`);

  // A report left from an earlier run must not be counted.
  await rm(reportsDir, { recursive: true, force: true });
  await rm(NX_RUN_FILE, { force: true });
  await mkdir(reportsDir, { recursive: true });
  let nx;
  await timed('tasks', async () => {
    nx = await runTasks(options);
  });

  const run = await readFile(NX_RUN_FILE, 'utf8').then(JSON.parse, () => null);
  if (run === null) throw new ScriptError(`Nx ran nothing:\n${nx.output.trim()}`);
  const tasks = await readTasks(run, reportsDir, options.steps);
  const steps = summarizeSteps(options.steps, tasks);
  const seconds = Math.round((performance.now() - begunAt) / 100) / 10;
  const timing = { seconds, phases, parallelTasks, cores: availableParallelism(), steps };
  const slowest = slowestSuites(tasks);
  await writeFile(
    join(reportsDir, 'timing.json'),
    `${JSON.stringify({ ...timing, tasks: tasks.map(withoutDetails), slowestSuites: slowest }, null, 2)}\n`,
  );
  return tell({ options, tasks, steps, slowest, seconds, nx });
});

function readOptions(args) {
  try {
    return parseOptions(args);
  } catch (error) {
    throw error instanceof UsageError ? new ScriptError(error.message) : error;
  }
}

async function ensureSystemPrograms() {
  for (const program of Object.values(SYSTEM_PROGRAMS)) {
    try {
      await ensureProgram(program, (message) => console.log(message));
    } catch (error) {
      throw new ScriptError(error.message);
    }
  }
}

/** Prints a line for each task as it ends; what a task printed is shown afterwards, and only if it failed. */
function runTasks({ steps, nxOptions, isFull, isPart }) {
  const targets = steps.flatMap((step) => step.targets);
  if (!isPart && !isFull) targets.push(LONG_FIRST);
  const env = projectEnv({
    // The tests run in folders of their own.
    ...(process.env.REAL_DATA_DIR && { REAL_DATA_DIR: resolve(process.env.REAL_DATA_DIR) }),
    // Otherwise colour codes would be in the reports.
    FORCE_COLOR: '0',
    NO_COLOR: '1',
    NODE_COMPILE_CACHE: join(packagesDir, '.cache/drivewatch/node'),
  });
  const args = ['run-many', `--targets=${targets.join(',')}`, `--parallel=${parallelTasks}`, ...nxOptions];
  const startedAt = performance.now();
  return runQuietly(
    projectNode,
    [nxProgram, ...args],
    env,
    isFull ? RUN_LIMIT_MS.full : RUN_LIMIT_MS.short,
    (line) => {
      // A failed task is shown with everything that it printed.
      const [, mark, task, cached] = /^(✔ {2}|✖ {2}|> )nx run (\S+)(.*)$/u.exec(line) ?? [];
      if (mark === undefined || task.endsWith(`:${LONG_FIRST}`)) return;
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      console.log(
        `${String(seconds).padStart(5)} s ${mark.startsWith('✔') ? '✓' : '✗'} ${task}${/cache/.test(cached) ? ' (cache)' : ''}`,
      );
    },
  );
}

function withoutDetails({ id, step, ok, seconds, isFromCache, counts }) {
  return { id, step, ok, seconds, isFromCache, counts };
}

/** @returns the exit code */
function tell({ options, tasks, steps, slowest, seconds, nx }) {
  const counts = sumCounts(tasks);
  const empty = options.isPart ? [] : steps.filter((step) => step.tasks === 0);
  counts.failed += empty.length;
  // Nx has failed, although every task that it reported has passed.
  if (!nx.ok && counts.failed === 0) counts.failed = 1;

  if (slowest.length > 0) console.log(`\nSlowest of ${tasks.length} tasks' suites:`);
  for (const suite of slowest)
    console.log(`  ${suite.seconds.toFixed(1).padStart(6)} s  ${suite.project}  ${suite.suite}`);
  console.log('\nSteps (from their first task to their last, beside the others; sum of their tasks):');
  for (const step of steps) {
    const { title, counts: own, tasks: number, fromCache } = step;
    const cache = fromCache > 0 ? `, ${fromCache} of ${number} tasks from the cache` : '';
    console.log(
      `${own.failed > 0 || number === 0 ? '✗' : '✓'} ${title}: ${summaryLine(own)} (${step.seconds} s; ${step.taskSeconds} s${cache})`,
    );
  }
  const failures = describeFailures(tasks);
  if (counts.failed > 0) {
    console.log('');
    for (const line of failures) console.log(line);
    for (const { title } of empty) console.log(`✗ ${title}: no task ran`);
    if (failures.length === 0 && empty.length === 0)
      console.log(nx.output.trim().split('\n').slice(-30).join('\n'));
  }
  console.log(`\n${seconds} s in all; reports/timing.json holds every figure`);
  if (tasks.length === 0) console.log('Nothing matches what was asked for');
  console.log(summaryLine(counts));
  return counts.failed > 0 || counts.passed === 0 ? 1 : 0;
}
