import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  ensureProgram,
  ensurePythonEnvironment,
  type PythonEnvironment,
  requireJava,
  withFileLock,
} from '@drivewatch/local-services';
import { runTool } from './run-tool';

/** A first run downloads some 400 MB. */
export const INSTALL_LIMIT_MS = 30 * 60_000;

const PROJECT = 'tools/checks/clients';
const INSTALLED = resolve('.drivewatch');
const STAMP = 'drivewatch-stamp';

const MAVEN = {
  title: 'Maven',
  names: ['mvn'],
  debianPackage: 'maven',
  howToInstall: 'install Maven (Debian, Ubuntu: sudo apt-get install maven; macOS: brew install maven)',
};
const JAVA_COMPILER = {
  title: 'The Java compiler, which a JRE alone lacks,',
  names: ['javac'],
  debianPackage: 'default-jdk-headless',
  howToInstall: 'install a JDK 17 or later (Debian, Ubuntu: sudo apt-get install default-jdk-headless)',
};

/** Returns the path of Maven, which is installed with a JDK when one of them is missing and this is root on Debian. */
export async function ensureMaven(): Promise<string> {
  await requireJava();
  await ensureProgram(JAVA_COMPILER, console.log);
  return await ensureProgram(MAVEN, console.log);
}

/** Provides the Python packages of requirements.txt, which are installed on first use. */
export function ensurePythonTools(): Promise<PythonEnvironment> {
  return ensurePythonEnvironment({
    dir: join(INSTALLED, 'python-clients'),
    requirements: `${PROJECT}/requirements.txt`,
    contents: 'Python packages of the generated clients (about 140 MB)',
  });
}

/**
 * Provides the npm packages of package-lock.json, which are installed on first use, outside of the sources.
 *
 * @returns the path of their node_modules
 */
export async function ensureNodeTools(): Promise<string> {
  const home = join(INSTALLED, 'npm-clients');
  const wanted = createHash('sha256')
    .update(await readFile(`${PROJECT}/package-lock.json`))
    .digest('hex');
  const isMade = async () => (await readFile(join(home, STAMP), 'utf8').catch(() => '')) === wanted;
  await withFileLock(INSTALLED, '.npm-clients', { waitLimitMs: INSTALL_LIMIT_MS }, async () => {
    if (await isMade()) return;
    await rm(home, { recursive: true, force: true });
    await mkdir(home, { recursive: true });
    for (const name of ['package.json', 'package-lock.json', '.npmrc'])
      await cp(join(PROJECT, name), join(home, name));
    await runTool('npm', ['ci', '--prefix', home]);
    await writeFile(join(home, STAMP), wanted);
  });
  return join(home, 'node_modules');
}
