/**
 * `npm test`: everything that proves the project, from the format check to the browser. All steps run even when one
 * fails; the last line counts.
 */
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { ensureProgram, SYSTEM_PROGRAMS } from '../../libs/embedded-services/src/system-programs.mjs';
import { ensureInstalled } from './install.mjs';
import { nxProgram, packagesDir, projectNode, workspaceRoot } from './paths.mjs';
import { runQuietly } from './run-command.mjs';
import { projectEnv, runScript, ScriptError } from './script.mjs';
import {
  countFaults,
  countJest,
  countJunit,
  countPlaywright,
  countStep,
  summaryLine,
} from './test-results.mjs';

const reportsDir = join(workspaceRoot, 'reports');
const prettier = join(packagesDir, 'prettier/bin/prettier.cjs');
const testPython = join(workspaceRoot, 'dist/tools/test-python/main.mjs');
/** The first time is a download of 700 MB. */
const DOWNLOAD_LIMIT_MS = 30 * 60_000;
/** Each takes minutes on an idle machine, with room for a busy one. */
const LONG_STEP_LIMIT_MS = 30 * 60_000;
const env = projectEnv({
  // The tests run in folders of their own.
  ...(process.env.REAL_DATA_DIR && { REAL_DATA_DIR: resolve(process.env.REAL_DATA_DIR) }),
});
const nx = (args, limitMs) => runQuietly(projectNode, [nxProgram, ...args], env, limitMs);
const nxAll = (target, limitMs) => nx(['run-many', `--target=${target}`, '--output-style=static'], limitMs);

const format = { title: 'Format', run: () => runQuietly(projectNode, [prettier, '--check', '.'], env) };
/** Before the steps that use it, some of them within a test's time limit. */
const pythonOfTests = {
  title: 'Python of the tests',
  run: () => runQuietly(projectNode, [testPython, 'prepare'], env, DOWNLOAD_LIMIT_MS),
};

/**
 * In this order, those of a list at the same time; `reports` names what the step leaves, a step without it counts as one
 * test.
 */
const STEPS = [
  { title: 'Build', run: () => nxAll('build'), isRequired: true },
  // A download, and work for the processor; the linter of Python waits for it by itself.
  [pythonOfTests, format, { title: 'Lint', run: () => nxAll('lint') }],
  { title: 'Types', run: () => nxAll('typecheck') },
  { title: 'Unit tests', run: () => nxAll('test'), reports: () => jestReports('unit', 'test') },
  {
    title: 'Integration tests',
    run: () => nxAll('integration', LONG_STEP_LIMIT_MS),
    reports: () => jestReports('integration', 'integration'),
  },
  {
    title: 'Faults',
    run: () => nx(['run', 'faults:short'], LONG_STEP_LIMIT_MS),
    reports: faultsReport,
  },
  {
    title: 'Spark tests',
    run: () => nx(['run', 'summaries:pytest'], LONG_STEP_LIMIT_MS),
    reports: pytestReport,
  },
  {
    title: 'End-to-end tests',
    run: () => nx(['run', 'e2e:e2e'], LONG_STEP_LIMIT_MS),
    reports: playwrightReports,
  },
];

await runScript(async () => {
  await ensureInstalled();
  await ensureSystemPrograms();
  // A report that a run did not write must not be counted in it.
  await rm(reportsDir, { recursive: true, force: true });
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const steps of STEPS.map((step) => [step].flat())) {
    const results = await Promise.all(steps.map(runStep));
    for (const { counts } of results) for (const key of Object.keys(total)) total[key] += counts[key];
    if (results.some(({ ok }, index) => !ok && steps[index].isRequired)) {
      console.log('The other steps need this one.');
      break;
    }
  }
  console.log(summaryLine(total));
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
});

async function ensureSystemPrograms() {
  for (const program of Object.values(SYSTEM_PROGRAMS)) {
    try {
      await ensureProgram(program, (message) => console.log(message));
    } catch (error) {
      throw new ScriptError(error.message);
    }
  }
}

async function runStep({ title, run, reports }) {
  const startedAt = performance.now();
  const { ok, output } = await run();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const { found, missing } = reports ? await reports() : { found: [], missing: [] };
  const counts = reports
    ? countStep(ok, found, missing.length)
    : { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
  const hasPassed = ok && counts.failed === 0;
  if (!hasPassed) console.log(output.trim());
  for (const file of missing) console.log(`${file} was not written`);
  const detail = reports ? `: ${summaryLine(counts)}` : '';
  console.log(`${hasPassed ? '✓' : '✗'} ${title}${detail} (${seconds} s)`);
  return { ok: hasPassed, counts };
}

/** One report for each project that has such tests. */
async function jestReports(kind, target) {
  const { output } = await nx(['show', 'projects', `--with-target=${target}`, '--json']);
  const projects = JSON.parse(output);
  return readReports(
    projects.map((project) => `${kind}-${project}.json`),
    (text) => countJest(JSON.parse(text)),
  );
}

async function playwrightReports() {
  return readReports(['e2e.json'], (text) => countPlaywright(JSON.parse(text)));
}

async function pytestReport() {
  return readReports(['pytest-summaries.xml'], countJunit);
}

async function faultsReport() {
  return readReports(['faults.json'], (text) => countFaults(JSON.parse(text)));
}

async function readReports(names, count) {
  const found = [];
  const missing = [];
  for (const name of names) {
    try {
      found.push(count(await readFile(join(reportsDir, name), 'utf8')));
    } catch {
      missing.push(`reports/${name}`);
    }
  }
  return { found, missing };
}
