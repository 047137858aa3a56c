/**
 * What to make of the time that a device's clock gave a record, by when the record arrived. Clocks of devices are set by
 * satellites: one that has none for long begins at a date of its own, and one that is set by hand is set wrong.
 */

/** How far a clock may be ahead of the arrival before it is said to be wrong: networks and servers differ by seconds. */
export const TIME_TOLERANCE_MS = 5 * 60_000;

const DAY_MS = 86_400_000;
/**
 * Receivers without a fix begin at 1970 (Unix), 6 January 1980 (GPS) or 22 August 1999 (the first time that its weeks
 * began anew); no fleet has records of its own from before 2000.
 */
const FIRST_PLAUSIBLE_MS = Date.UTC(2000, 0, 1);
/** GPS counts weeks in 10 bits (IS-GPS-200, 20.3.3.3.1.1): a receiver that takes them for the wrong round is so far behind. */
const WEEK_ROUND_MS = 1024 * 7 * DAY_MS;
/** As far back as this, counted from one round ago, is taken for a record that came late from such a receiver. */
const LATE_BY_AT_MOST_MS = 366 * DAY_MS;

/** Whether a record is from later than its arrival, by more than clocks may differ. Both in epoch milliseconds. */
export const isAhead = (recordedAtMs: number, receivedAtMs: number): boolean =>
  recordedAtMs > receivedAtMs + TIME_TOLERANCE_MS;

/** Whether a record's time is the date of a receiver that has not been told the time. Both in epoch milliseconds. */
export function isDeadClock(recordedAtMs: number, receivedAtMs: number): boolean {
  if (recordedAtMs < FIRST_PLAUSIBLE_MS) return true;
  return [1, 2].some((rounds) => {
    const setRightMs = recordedAtMs + rounds * WEEK_ROUND_MS;
    return setRightMs >= receivedAtMs - LATE_BY_AT_MOST_MS && setRightMs <= receivedAtMs + DAY_MS;
  });
}

/** Whether the time that a record says is no guide to when it was taken. Both in epoch milliseconds. */
export const isWrongClock = (recordedAtMs: number, receivedAtMs: number): boolean =>
  isAhead(recordedAtMs, receivedAtMs) || isDeadClock(recordedAtMs, receivedAtMs);

/** When a record is taken to be of: its own time, or its arrival where that is no guide. Epoch milliseconds. */
export const effectiveAtMs = (recordedAtMs: number, receivedAtMs: number): number =>
  isWrongClock(recordedAtMs, receivedAtMs) ? receivedAtMs : recordedAtMs;
