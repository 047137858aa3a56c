import { setTimeout as wait } from 'node:timers/promises';

/** Looks come less and less often: suites run side by side, and each look slows down what is waited for. */
const FIRST_POLL_MS = 20;
const LAST_POLL_MS = 250;
const POLL_GROWTH = 1.25;
/** The interval for a moment that is soon over. */
const MOMENT_POLL_MS = 5;
/** Only a hang reaches this limit, however busy the machine is. */
const LIMIT_MS = 120_000;

/**
 * Looks again and again until `look` no longer throws, and returns what it returned.
 *
 * @param limitMs the time after which the last error is thrown
 */
export function eventually<T>(look: () => Promise<T> | T, limitMs = LIMIT_MS): Promise<T> {
  return repeat(look, limitMs, FIRST_POLL_MS, LAST_POLL_MS);
}

/** Does the same as {@link eventually} for a moment that a late look would miss, such as the middle of a run. */
export function catchMoment<T>(look: () => Promise<T> | T): Promise<T> {
  return repeat(look, LIMIT_MS, MOMENT_POLL_MS, MOMENT_POLL_MS);
}

async function repeat<T>(
  look: () => Promise<T> | T,
  limitMs: number,
  firstPollMs: number,
  lastPollMs: number,
): Promise<T> {
  const end = Date.now() + limitMs;
  for (let pollMs = firstPollMs; ; pollMs = Math.min(pollMs * POLL_GROWTH, lastPollMs)) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > end) throw error;
      await wait(pollMs);
    }
  }
}
