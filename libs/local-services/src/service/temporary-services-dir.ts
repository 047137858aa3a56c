import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryDir {
  readonly dir: string;
  /** Deletes the folder with everything in it. */
  remove(): Promise<void>;
}

/**
 * Creates a temporary folder for the data of services that are stopped and started again. Unlike a folder of plain
 * `mkdtemp`, it lets the unprivileged user who runs root's services pass through, so that their data is really in it.
 */
export async function createTemporaryServicesDir(): Promise<TemporaryDir> {
  const dir = await mkdtemp(join(tmpdir(), 'drivewatch-'));
  await chmod(dir, 0o711);
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}
