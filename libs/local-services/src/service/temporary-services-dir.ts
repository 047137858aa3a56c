import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryDir {
  readonly dir: string;
  /** Deletes it with everything in it. */
  remove(): Promise<void>;
}

/**
 * A temporary folder for the data of services that are stopped and started again. Unlike one of plain `mkdtemp`, the
 * unprivileged user that root's services run as may pass through it, so that their data is really in it.
 */
export async function createTemporaryServicesDir(): Promise<TemporaryDir> {
  const dir = await mkdtemp(join(tmpdir(), 'drivewatch-'));
  await chmod(dir, 0o711);
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}
