import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isAtLeast, versionIn } from './version';

const run = promisify(execFile);

const MIN_PYTHON = [3, 10] as const;
/** `python3` is the user's choice; the others are tried when it will not do. */
const CANDIDATES = ['python3', ...[14, 13, 12, 11, 10].map((minor) => `python3.${minor}`)];
const HOW_TO_INSTALL = 'install Python 3.10 or later (Debian, Ubuntu: sudo apt-get install python3-venv)';

/** An installed Python that can make virtual environments. */
export interface Python {
  readonly command: string;
  /** `3.11.2` */
  readonly version: string;
}

/**
 * Finds a Python of version 3.10 or later that can make virtual environments.
 *
 * @param candidates names or paths of programs, the preferred first; the usual ones, except in tests
 * @throws Error, one line that says what was found and what to install
 */
export async function findPython(candidates: readonly string[] = CANDIDATES): Promise<Python> {
  const unfit: string[] = [];
  for (const command of candidates) {
    const version = await versionOf(command);
    if (version === null) continue;
    if (!isAtLeast(versionIn(version), MIN_PYTHON)) {
      unfit.push(`${command} is ${version}`);
    } else if (!(await hasVenv(command))) {
      // Debian packages this module separately.
      unfit.push(`${command} (${version}) cannot make virtual environments: its module ensurepip is missing`);
    } else {
      return { command, version };
    }
  }
  const found = unfit.length === 0 ? 'none is installed' : unfit.join('; ');
  throw new Error(`Python 3.10 or later is needed, but ${found}: ${HOW_TO_INSTALL}`);
}

async function versionOf(command: string): Promise<string | null> {
  try {
    const { stdout } = await run(command, ['-c', 'import platform; print(platform.python_version())']);
    return stdout.trim();
  } catch {
    return null;
  }
}

async function hasVenv(command: string): Promise<boolean> {
  return run(command, ['-c', 'import venv, ensurepip']).then(
    () => true,
    () => false,
  );
}
