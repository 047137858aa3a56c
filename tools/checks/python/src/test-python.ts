import { parseEnv } from '@drivewatch/config';
import { requireJava, spawnGuarded } from '@drivewatch/local-services';
import { ensureTestEnvironment } from '@drivewatch/testing';
import * as z from 'zod';

const SUMMARIES = 'tools/summaries';
const CLIENTS = 'tools/checks/clients';
const STOP_LIMIT_MS = 10_000;
/** The program of import-linter, which otherwise looks for the job's package next to itself. */
const LINT_IMPORTS = `import sys
from importlinter.cli import lint_imports_command
sys.path.insert(0, '${SUMMARIES}')
lint_imports_command()`;

const USAGE = `usage: node dist/tools/test-python/main.mjs COMMAND
  prepare          makes the Python environment of the tests, when it is not there
  pytest [OPTION…] tests the summaries job on a Spark of its own, with options of pytest
  pytest-full      the same with the tests that take long
  lint             checks the job's code, its format, and that no module imports itself in a circle
  lint-clients     checks the code and the format of the programs that use generated clients`;

/**
 * Runs what tests need of Python, from the workspace's folder.
 *
 * @param args command and its arguments
 * @returns exit code
 * @throws Error in one line when Python or Java is missing
 */
export async function testPython([command, ...args]: readonly string[]): Promise<number> {
  switch (command) {
    case 'prepare':
      await ensureTestEnvironment(console.error);
      return 0;
    case 'pytest':
      await requireJava();
      return python(['-m', 'pytest', SUMMARIES, `--junitxml=${reportOf(command)}`, ...args]);
    case 'pytest-full':
      await requireJava();
      return python(['-m', 'pytest', SUMMARIES, `--junitxml=${reportOf(command)}`, '-m', '', ...args]);
    case 'lint':
      // All of them run, so that one look shows everything.
      return Math.max(
        await ruff(SUMMARIES),
        await python(['-c', LINT_IMPORTS, `${SUMMARIES}/pyproject.toml`, '--no-cache']),
      );
    case 'lint-clients':
      return ruff(CLIENTS);
    default:
      console.error(USAGE);
      return 2;
  }
}

/** Returns where `npm test` looks for the result of a command. */
const reportOf = (command: string): string => `reports/${command}-summaries.xml`;

/** Checks the code of a folder and its format. @returns the exit code */
async function ruff(folder: string): Promise<number> {
  return Math.max(
    await python(['-m', 'ruff', 'check', folder]),
    await python(['-m', 'ruff', 'format', '--diff', folder]),
  );
}

/** Runs the environment's Python, which is installed first. @returns its exit code */
async function python(args: readonly string[]): Promise<number> {
  const { python: command } = await ensureTestEnvironment(console.error);
  const inherited = { ...parseEnv(z.record(z.string(), z.string())) };
  // With it, another installation's Spark would be tested.
  delete inherited.SPARK_HOME;
  const running = await spawnGuarded({
    command,
    args,
    cwd: process.cwd(),
    env: {
      ...inherited,
      PYSPARK_PYTHON: command,
      PYSPARK_DRIVER_PYTHON: command,
      SPARK_LOCAL_IP: '127.0.0.1',
    },
    output: ['inherit', 'inherit'],
    stopSignal: 'SIGINT',
    stopLimitMs: STOP_LIMIT_MS,
    // Spark's Java is one of pytest's children.
    withDescendants: true,
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => void running.stop());
  const { code } = await running.exited;
  return code ?? 1;
}
