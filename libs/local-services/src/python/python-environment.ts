import { access, constants, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { withFileLock } from '../folder/file-lock';
import { findPython } from './find-python';
import { installPackages } from './install-packages';
import { hashRequirements } from './requirements';

export interface PythonEnvironmentOptions {
  /** The place of the virtual environment, whether it exists yet or not. */
  readonly dir: string;
  /** A requirements file of pip. */
  readonly requirements: string;
  /** A description of what is installed, for people, such as `PySpark (about 450 MB)`. */
  readonly contents?: string;
  /** Is told of slow steps: that packages are being installed, are still being installed, or by another process. */
  readonly onProgress?: (message: string) => void;
  /** The path of uv, or null for a machine without it; only tests pass it, otherwise the PATH is searched. */
  readonly uv?: string | null;
}

export interface PythonEnvironment {
  /** The absolute path of its interpreter. */
  readonly python: string;
  /** The absolute path of the folder of its programs. */
  readonly bin: string;
}

/** The stamp is written last of all; without it, whatever is in the folder is unfinished. */
const STAMP = 'drivewatch-stamp';
/** Another process may be downloading hundreds of megabytes. */
const WAIT_LIMIT_MS = 30 * 60_000;
const PROGRESS_EVERY_MS = 20_000;

/**
 * Provides a virtual environment with exactly these packages. It is made on first use, and again when the requirements
 * or the machine's Python have changed. One process at a time makes it, while the others wait; an interrupted one is
 * made again.
 *
 * @throws Error in one line: no usable Python, or the last line of what pip said
 */
export async function ensurePythonEnvironment({
  dir,
  requirements,
  contents = 'Python packages',
  onProgress = () => undefined,
  uv,
}: PythonEnvironmentOptions): Promise<PythonEnvironment> {
  const home = resolve(dir);
  const bin = join(home, 'bin');
  const environment = { python: join(bin, 'python'), bin };
  const base = await findPython();
  const wanted = `Python ${base.version}, packages ${await hashRequirements(requirements)}\n`;
  if (await isMade(environment, home, wanted)) return environment;

  const onWait = () => onProgress(`Waiting for another process that installs ${contents}…`);
  await withFileLock(
    dirname(home),
    `.${basename(home)}`,
    { waitLimitMs: WAIT_LIMIT_MS, onWait },
    async () => {
      if (await isMade(environment, home, wanted)) return;
      onProgress(`Installing ${contents}, once…`);
      const beganAt = performance.now();
      const progress = setInterval(() => {
        const seconds = Math.round((performance.now() - beganAt) / 1000);
        onProgress(`Still installing ${contents} (${seconds} s)…`);
      }, PROGRESS_EVERY_MS);
      try {
        await installPackages({ home, base, requirements, onProgress, uv });
      } finally {
        clearInterval(progress);
      }
      await writeFile(join(home, STAMP), wanted);
    },
  );
  return environment;
}

/** Returns whether the stamp is right and the Python that the environment refers to still exists. */
async function isMade({ python }: PythonEnvironment, home: string, wanted: string): Promise<boolean> {
  try {
    await access(python, constants.X_OK);
    return (await readFile(join(home, STAMP), 'utf8')) === wanted;
  } catch {
    return false;
  }
}
