import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findProgram } from '../process/system-programs.mjs';
import type { Python } from './find-python';
import { runToEnd } from './run-to-end';

export interface PackageInstallation {
  /** The absolute path of the virtual environment; anything there is deleted. */
  readonly home: string;
  /** The Python that makes the environment. */
  readonly base: Python;
  /** A requirements file of pip. */
  readonly requirements: string;
  /** Is told when uv could not do it. */
  readonly onProgress: (message: string) => void;
  /** The path of uv, or null for a machine without it; only tests pass it, otherwise the PATH is searched. */
  readonly uv?: string | null | undefined;
}

/**
 * Makes a virtual environment with these packages. If uv is available it installs them, which takes a fraction of pip's
 * time once they are in its cache. Where uv fails, pip takes over, because uv ignores pip's settings (such as a private
 * index or a proxy's certificate).
 *
 * @throws Error in one line: the last one of what pip said
 */
export async function installPackages(installation: PackageInstallation): Promise<void> {
  const { onProgress, uv = await findProgram(['uv']) } = installation;
  if (typeof uv === 'string') {
    try {
      await installWithUv(uv, installation);
      return;
    } catch (error) {
      onProgress(`${(error as Error).message}; installing with pip instead…`);
    }
  }
  await installWithPip(installation);
}

async function installWithUv(uv: string, { home, base, requirements }: PackageInstallation): Promise<void> {
  await makeVenv(home, base, ['--without-pip']);
  const quietly = ['--quiet', '--color', 'never'];
  const python = join(home, 'bin', 'python');
  await runToEnd('uv pip install', uv, [
    'pip',
    'install',
    ...quietly,
    '--python',
    python,
    // pip compiles them as well, so that no first start pays for it.
    '--compile-bytecode',
    // Hard links would share files with uv's cache, which others may use, and making the data folder private would
    // change those.
    '--link-mode',
    'copy',
    '-r',
    resolve(requirements),
  ]);
}

async function installWithPip({ home, base, requirements }: PackageInstallation): Promise<void> {
  await makeVenv(home, base);
  const quietly = ['--quiet', '--no-color', '--no-input', '--disable-pip-version-check'];
  const python = join(home, 'bin', 'python');
  await runToEnd('pip install', python, ['-m', 'pip', 'install', ...quietly, '-r', resolve(requirements)]);
}

async function makeVenv(home: string, base: Python, options: readonly string[] = []): Promise<void> {
  // An installer that was killed a moment ago may still have been writing.
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
  await runToEnd('Making a virtual environment', base.command, ['-m', 'venv', ...options, home]);
}
