import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 50;
/** Only what hangs meets it, however busy the machine is. */
const LIMIT_MS = 120_000;

/**
 * Looks again and again until `look` no longer throws, and returns what it returned.
 *
 * @param limitMs after which the last error is thrown
 */
export async function eventually<T>(look: () => Promise<T> | T, limitMs = LIMIT_MS): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > end) throw error;
      await wait(POLL_MS);
    }
  }
}
