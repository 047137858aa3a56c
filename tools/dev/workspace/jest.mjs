/**
 * Runs one project's tests and leaves the report that test.mjs reads: unit tests (`*.spec.ts`), integration tests
 * (`*.int-spec.ts`), those of either kind that take long (`*.long-spec.ts`, `*.long-int-spec.ts`), or tests of inputs
 * that are not part of the project (`*.case-int-spec.ts`).
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { resolve } from 'node:path';

const [kind, project, root, ...rest] = process.argv.slice(2);
const MINUTE_MS = 60_000;
/** The files of each kind of test, and a time limit that only a hanging test reaches, however busy the machine is. */
const KINDS = {
  test: { files: ['**/*.spec.ts', '**/*.spec.mjs'], testTimeout: MINUTE_MS },
  integration: { files: ['**/*.int-spec.ts'], testTimeout: 5 * MINUTE_MS },
  long: { files: ['**/*.long-spec.ts', '**/*.long-int-spec.ts'], testTimeout: 5 * MINUTE_MS },
  cases: { files: ['**/*.case-int-spec.ts'], testTimeout: 5 * MINUTE_MS },
};
const tests = KINDS[kind];
if (tests === undefined || root === undefined) {
  console.error(
    'usage: node tools/dev/workspace/jest.mjs test|integration|long|cases PROJECT ROOT [jest options]',
  );
  process.exit(2);
}
const GIBIBYTE = 1024 ** 3;
/** Suites of integration tests wait more than they compute, and each holds a set of servers. */
const mostWorkers = Math.max(
  1,
  Math.min(2 * availableParallelism() + 1, Math.floor(totalmem() / (4 * GIBIBYTE))),
);
/** Fewer suites are done before worker processes for them have started. */
const MIN_SUITES_FOR_WORKERS = 5;
const suites = readdirSync(root, { recursive: true }).filter((file) => file.endsWith('int-spec.ts')).length;
// The clocks of cases have to be exact to the second, which several cases at once would not allow.
const workers = ['test', 'cases'].includes(kind) || suites < MIN_SUITES_FOR_WORKERS ? 1 : mostWorkers;
const order = workers === 1 ? ['--runInBand'] : [`--maxWorkers=${workers}`];
// Whatever a failed test of real servers leaves open must not keep the run from ending.
if (kind !== 'test')
  order.push('--forceExit', '--testSequencer', resolve('tools/dev/workspace/largest-suite-first.cjs'));
const matching = tests.files.flatMap((pattern) => ['--testMatch', pattern]);
// Angular's preset has its own module handling and breaks under the flag that NestJS 12 needs.
const forAngular = root === 'apps/dashboard';
const config = forAngular ? 'apps/dashboard/jest.config.cjs' : 'tools/dev/workspace/jest.config.cjs';
const flags = forAngular ? [] : ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const child = spawn(
  process.execPath,
  [
    // File names come first, because options that take lists would swallow them.
    ...flags,
    'node_modules/jest/bin/jest.js',
    ...rest,
    '--config',
    config,
    '--rootDir',
    resolve(root),
    '--ci',
    '--testTimeout',
    String(tests.testTimeout),
    ...order,
    ...matching,
    '--reporters=default',
    '--reporters=jest-junit',
  ],
  {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      TZ: 'UTC',
      JEST_JUNIT_OUTPUT_FILE: resolve(`reports/${kind}-${project}.xml`),
      JEST_JUNIT_SUITE_NAME: '{filepath}',
      JEST_JUNIT_CLASSNAME: '{classname}',
      JEST_JUNIT_TITLE: '{classname} {title}',
      JEST_JUNIT_ADD_FILE_ATTRIBUTE: 'true',
      // A test file that cannot even be loaded is an error in the report.
      JEST_JUNIT_REPORT_TEST_SUITE_ERRORS: 'true',
    },
  },
);
child.on('exit', (code) => process.exit(code ?? 1));
