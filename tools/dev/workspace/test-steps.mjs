/** The steps of `npm test` and `npm run test:full`, and what their command line chooses from them. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { workspaceRoot } from './paths.mjs';

/** @typedef {{ title: string, name: string, targets: readonly string[], hasReport: boolean }} Step */

const step = (name, title, ...targets) => ({ name, title, targets, hasReport: false });
const tests = (name, title, ...targets) => ({ name, title, targets, hasReport: true });

const CHECKS = [
  step('build', 'Build', 'build', 'bundle', 'schema', 'prepare'),
  step('format', 'Format', 'format'),
  step('lint', 'Lint', 'lint', 'layers'),
  step('types', 'Types', 'typecheck'),
  tests('unit', 'Unit tests', 'test'),
  tests('integration', 'Integration tests', 'integration'),
];

/**
 * The steps in the order of the summary; Nx decides in which order, and in parallel to what, the targets run.
 *
 * @type {readonly Step[]}
 */
export const SHORT_STEPS = [
  ...CHECKS,
  tests('faults', 'Faults', 'short', 'hostile-short', 'operators-short'),
  tests('spark', 'Spark tests', 'pytest'),
  tests('e2e', 'Browser tests', 'e2e'),
];

/** The steps with every duration and size. @type {readonly Step[]} */
export const FULL_STEPS = [
  ...CHECKS,
  tests('long', 'Long tests', 'long'),
  tests('faults', 'Faults', 'all', 'cluster', 'hostile', 'operators'),
  tests('spark', 'Spark tests', 'pytest-full'),
  tests('e2e', 'Browser tests', 'e2e'),
  step('bench', 'Benchmarks', 'check'),
];

/** The project whose `lint`, `typecheck` and `format` cover everything that has no such target of its own. */
const WORKSPACE = 'workspace';

/**
 * A target that only waits for the tasks that take longest: Nx starts first what most tasks wait for, so that the short
 * ones are left to fill the end of a run.
 */
export const LONG_FIRST = 'long-first';

export const USAGE = `Usage: npm test [-- OPTIONS], or npm run test:full [-- OPTIONS]

  --only STEPS        a part, with commas: ${SHORT_STEPS.map(({ name }) => name).join(', ')}
                      (test:full also: long, bench)
  --project PROJECTS  what is in these projects of Nx, with commas, e.g. api,contracts
  --help              shows this text

What has not changed since it last passed is taken from Nx's cache, and the summary says what was; --skip-nx-cache runs
it again. REAL_DATA_DIR=FOLDER also tests on real detail-record files.`;

/** An invalid command line; its message is one line. */
export class UsageError extends Error {}

/** Returns the names of all projects of the workspace; Nx would take a second for that. @returns {string[]} */
const projectNames = () =>
  ['apps', 'libs', 'tools'].flatMap((folder) =>
    readdirSync(join(workspaceRoot, folder), { recursive: true })
      .filter((file) => basename(file) === 'project.json')
      .map((file) => JSON.parse(readFileSync(join(workspaceRoot, folder, file), 'utf8')).name),
  );

/**
 * @param {readonly string[]} args without the program's name
 * @returns {{ help: boolean, isFull: boolean, steps: readonly Step[], isPart: boolean, nxOptions: string[] }}
 * @throws UsageError naming the unknown value and the known ones
 */
export function parseOptions(args) {
  const values = { only: null, project: null };
  const flags = { '--full': false, '--help': false, '--skip-nx-cache': false };
  for (let index = 0; index < args.length; index += 1) {
    const [, name, inline] = /^--(only|project)(?:=(.*))?$/s.exec(args[index]) ?? [];
    if (name !== undefined) {
      const value = inline ?? args[(index += 1)] ?? '';
      values[name] = value.split(',').filter(Boolean);
      if (values[name].length === 0) throw new UsageError(`--${name} needs a value; see npm test -- --help`);
    } else if (Object.hasOwn(flags, args[index])) flags[args[index]] = true;
    else throw new UsageError(`Unknown option "${args[index]}"; npm test -- --help lists what there is`);
  }
  const all = flags['--full'] ? FULL_STEPS : SHORT_STEPS;
  const unknown = values.only?.find((name) => all.every((one) => one.name !== name));
  if (unknown !== undefined) {
    const known = all.map(({ name }) => name).join(', ');
    throw new UsageError(`--only ${unknown} is no step; allowed: ${known}`);
  }
  // Nx tests nothing of an unknown project and calls that a success.
  const known = values.project === null ? [] : projectNames();
  const stranger = values.project?.find((name) => !known.includes(name));
  if (stranger !== undefined)
    throw new UsageError(`--project ${stranger} is no project; allowed: ${known.join(', ')}`);
  const steps = all.filter(({ name }) => values.only === null || values.only.includes(name));
  const projects = values.project;
  // Checks of the whole workspace cover every project.
  const needsWorkspace = steps.some(({ name }) => ['format', 'lint', 'types'].includes(name));
  return {
    help: flags['--help'],
    isFull: flags['--full'],
    steps,
    isPart: values.only !== null || projects !== null,
    nxOptions: [
      ...(projects ? [`--projects=${[...projects, ...(needsWorkspace ? [WORKSPACE] : [])].join(',')}`] : []),
      ...(flags['--skip-nx-cache'] ? ['--skip-nx-cache'] : []),
    ],
  };
}

/** Returns the path, below reports/, of the report of a task that runs tests. */
export const reportOf = ({ target, project }) => `${target}-${project}.xml`;

/**
 * @param {{ target: string, project: string }} task the task that failed
 * @param {string | undefined} file of its first failed test
 * @returns {string} command that runs it again, and nothing else if the runner can do that
 */
export function commandAgain({ target, project }, file) {
  const isJest = ['test', 'integration', 'long'].includes(target);
  const filter = file !== undefined && (isJest || target === 'e2e') ? ` -- ${file}` : '';
  return `npx nx run ${project}:${target}${filter}`;
}
