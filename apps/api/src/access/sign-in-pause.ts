/**
 * Failures of an account in a day after which each further attempt has to wait; a person unsure of the password needs
 * fewer.
 */
const FREE_FAILURES = 10;
const FIRST_PAUSE_SECONDS = 30;
const LONGEST_PAUSE_SECONDS = 3_600;

/**
 * Returns how long nobody may try another password of an account after an attempt: twice as long each time, up to an
 * hour, so that some 40 can be tried in a day from all addresses together.
 *
 * @param attempts the failed attempts so far, including the latest
 * @returns seconds, 0 while there is no need to wait
 */
export function pauseSecondsAfter(attempts: number): number {
  if (attempts <= FREE_FAILURES) return 0;
  const doublings = Math.min(attempts - FREE_FAILURES - 1, 20);
  return Math.min(FIRST_PAUSE_SECONDS * 2 ** doublings, LONGEST_PAUSE_SECONDS);
}
