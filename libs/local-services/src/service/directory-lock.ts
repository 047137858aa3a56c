import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { preparePrivateDataFolder } from './data-folder';
import { namedFolderProblem } from '../folder/folder-problem';
import { commandLineOf } from '../process/running-process';

const ownerSchema = z.object({
  pid: z.number().int().positive(),
  /** The program's own file, which tells it from another program that later got its process id. */
  program: z.string().min(1),
});
type Owner = z.output<typeof ownerSchema>;

/** Thrown when another program uses this folder. */
export class DirectoryInUseError extends Error {
  override readonly name = 'DirectoryInUseError';
}

export interface DirectoryLock {
  /** True if the program before this one was killed; what it had started may still be shutting down. */
  readonly tookOver: boolean;
  /** How many files and folders in it the other users of the machine could read until now. */
  readonly madePrivate: number;
  release(): Promise<void>;
}

/**
 * Takes a data folder for this process alone, creating it when absent, and closes it to the other users of the machine.
 *
 * @param program the end of the running program's path, as it appears in its command line
 * @param readCommandLine returns that of a process id; the system's, except in tests
 * @throws DirectoryInUseError while another program uses it; the mark of one that was killed is replaced
 * @throws DataFolderError when it cannot be written
 */
export async function lockDirectory(
  dir: string,
  program: string,
  readCommandLine: (pid: number) => Promise<string> = commandLineOf,
): Promise<DirectoryLock> {
  return await takeDirectory(dir, program, readCommandLine).catch((error: unknown) => {
    throw namedFolderProblem(error, dir) ?? error;
  });
}

async function takeDirectory(
  dir: string,
  program: string,
  readCommandLine: (pid: number) => Promise<string>,
): Promise<DirectoryLock> {
  const madePrivate = await preparePrivateDataFolder(dir);
  const file = join(dir, 'launcher.json');
  const mine: Owner = { pid: process.pid, program };
  let tookOver = false;
  while (!(await createMark(file, mine))) {
    const owner = await readMark(file);
    if (owner && (await readCommandLine(owner.pid)).includes(owner.program)) {
      throw new DirectoryInUseError(
        `Drivewatch already runs on ${dir} (process ${owner.pid}); stop it, or set DRIVEWATCH_DIR to another folder`,
      );
    }
    await rm(file, { force: true });
    tookOver = true;
  }
  return { tookOver, madePrivate, release: () => rm(file, { force: true }) };
}

async function createMark(file: string, owner: Owner): Promise<boolean> {
  try {
    await writeFile(file, `${JSON.stringify(owner)}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readMark(file: string): Promise<Owner | undefined> {
  try {
    return ownerSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Returns a line to tell the user; undefined where nothing had to be done. */
export const describeMadePrivate = (dir: string, { madePrivate }: DirectoryLock): string | undefined =>
  madePrivate === 0
    ? undefined
    : `Other users of this machine could read ${madePrivate} files and folders in ${dir}; they cannot any more`;
