import { setTimeout as wait } from 'node:timers/promises';

/** Soon at first, then less and less often: suites run beside each other, and what looks leaves less for what is waited for. */
const FIRST_POLL_MS = 20;
const LAST_POLL_MS = 250;
const POLL_GROWTH = 1.25;
/** Only what hangs meets it, however busy the machine is. */
const LIMIT_MS = 120_000;

/**
 * Looks again and again until `look` no longer throws, and returns what it returned.
 *
 * @param limitMs after which the last error is thrown
 */
export async function eventually<T>(look: () => Promise<T> | T, limitMs = LIMIT_MS): Promise<T> {
  const end = Date.now() + limitMs;
  for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(pollMs * POLL_GROWTH, LAST_POLL_MS)) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > end) throw error;
      await wait(pollMs);
    }
  }
}
