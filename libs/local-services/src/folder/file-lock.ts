import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HEARTBEAT_MS, LockFiles } from './lock-files';

const POLL_MS = 10;

export interface FileLockOptions {
  /** The longest wait for another process. */
  readonly waitLimitMs: number;
  /** Is called once, when the lock is not free at first. */
  readonly onWait?: () => void;
}

/**
 * Runs `work` while no other process that shares a folder runs work under the same name. A process that dies gives the
 * lock back: at once on this machine, after half a minute when it ran elsewhere. One that is stopped for longer than
 * that, by SIGSTOP for example, counts as dead too.
 *
 * @param folder created when it is missing; keeps one small file per name
 * @param name may be part of a file name
 * @throws Error when the lock is not free in time
 */
export async function withFileLock<T>(
  folder: string,
  name: string,
  { waitLimitMs, onWait }: FileLockOptions,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(folder, { recursive: true });
  const files = new LockFiles(folder, name);
  const deadline = Date.now() + waitLimitMs;
  let number = await files.tryTake();
  if (number === null) onWait?.();
  while (number === null) {
    if (Date.now() > deadline) {
      throw new Error(`another process has not finished within ${waitLimitMs / 1000} s`);
    }
    await sleep(POLL_MS);
    number = await files.tryTake();
  }
  const taken = number;
  const heartbeat = setInterval(() => {
    // This fails when the folder is gone, which the work itself will notice.
    files.showLife(taken).catch(() => undefined);
  }, HEARTBEAT_MS);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await files.release(taken);
  }
}
