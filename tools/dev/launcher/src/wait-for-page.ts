import { setTimeout as sleep } from 'node:timers/promises';

const LIMIT_MS = 60_000;
const ATTEMPT_LIMIT_MS = 2_000;
const POLL_MS = 50;

/**
 * Requests a page until it answers 200.
 *
 * @param signal ends the wait at once
 * @throws Error with the last answer when a minute has passed; the signal's reason when it is aborted
 */
export async function waitForPage(url: string, signal: AbortSignal, limitMs = LIMIT_MS): Promise<void> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    signal.throwIfAborted();
    const answer = await ask(url, signal);
    signal.throwIfAborted();
    if (answer === 200) return;
    if (Date.now() > deadline) throw new Error(`${url} does not answer (last: ${answer})`);
    // If the signal cuts this short, the next round throws the signal's own reason, which is what the caller needs.
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function ask(url: string, signal: AbortSignal): Promise<number | string> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_LIMIT_MS)]),
    });
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
