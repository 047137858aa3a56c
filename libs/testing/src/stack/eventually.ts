import { setTimeout as wait } from 'node:timers/promises';

/** Soon at first, then less and less often: suites run beside each other, and what looks leaves less for what is waited for. */
const FIRST_POLL_MS = 20;
const LAST_POLL_MS = 250;
const POLL_GROWTH = 1.25;
/** For a moment that is soon over. */
const MOMENT_POLL_MS = 5;
/** Only what hangs meets it, however busy the machine is. */
const LIMIT_MS = 120_000;

/**
 * Looks again and again until `look` no longer throws, and returns what it returned.
 *
 * @param limitMs after which the last error is thrown
 */
export function eventually<T>(look: () => Promise<T> | T, limitMs = LIMIT_MS): Promise<T> {
  return repeat(look, limitMs, FIRST_POLL_MS, LAST_POLL_MS);
}

/** As {@link eventually}, for a moment that would be over before a look that comes late, such as the middle of a run. */
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
