import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceProcess } from './service-process';

/** The limit is long, because a server that was killed first replays its log. */
const READY_LIMIT_MS = 120_000;
const POLL_MS = 25;

/**
 * Asks a server until it answers.
 *
 * @param title its name in messages
 * @param ask one attempt; rejects while the server is not ready
 * @returns the first answer
 * @throws Error with the end of the server's log when the process ends first or two minutes pass
 */
export async function waitUntilReady<T>(
  title: string,
  process: Pick<ServiceProcess, 'hasExited' | 'lastLogLines'>,
  ask: () => Promise<T>,
): Promise<T> {
  const deadline = Date.now() + READY_LIMIT_MS;
  for (;;) {
    try {
      return await ask();
    } catch (cause) {
      if (process.hasExited()) {
        throw new Error(`${title} ended while starting:\n${await process.lastLogLines()}`, { cause });
      }
      if (Date.now() > deadline) {
        throw new Error(`${title} does not answer:\n${await process.lastLogLines()}`, { cause });
      }
    }
    await sleep(POLL_MS);
  }
}
