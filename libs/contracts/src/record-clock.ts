/**
 * Judges the time that a device's clock gave a record by the time at which the record arrived. Satellites set the
 * clocks of devices: a clock without satellites for long begins at a date of its own, and one that is set by hand may
 * be set wrong.
 */

/** How far a clock may be ahead of the arrival before it counts as wrong. Networks and servers differ by seconds. */
export const TIME_TOLERANCE_MS = 5 * 60_000;

const DAY_MS = 86_400_000;
/**
 * Receivers without a fix begin at 1970 (Unix), 6 January 1980 (GPS) or 22 August 1999 (the first time that the GPS
 * week count started again); no fleet has records of its own from before 2000.
 */
const FIRST_PLAUSIBLE_MS = Date.UTC(2000, 0, 1);
/**
 * GPS counts weeks in 10 bits (IS-GPS-200, 20.3.3.3.1.1); a receiver that assumes the wrong round is off by this much.
 */
const WEEK_ROUND_MS = 1024 * 7 * DAY_MS;
/** A record this late, counted from one round ago, still counts as a late record of such a receiver. */
const LATE_BY_AT_MOST_MS = 366 * DAY_MS;

/** Returns whether a record's time (epoch milliseconds) is later than its arrival by more than clocks may differ. */
export const isAhead = (recordedAtMs: number, receivedAtMs: number): boolean =>
  recordedAtMs > receivedAtMs + TIME_TOLERANCE_MS;

/** Returns whether a record's time (epoch milliseconds) is the date of a receiver that was never told the time. */
export function isDeadClock(recordedAtMs: number, receivedAtMs: number): boolean {
  if (recordedAtMs < FIRST_PLAUSIBLE_MS) return true;
  return [1, 2].some((rounds) => {
    const setRightMs = recordedAtMs + rounds * WEEK_ROUND_MS;
    return setRightMs >= receivedAtMs - LATE_BY_AT_MOST_MS && setRightMs <= receivedAtMs + DAY_MS;
  });
}

/** What is wrong with the clock of a record's device. */
export type ClockFault = 'ahead' | 'unset';

/** Returns what is wrong with the clock, judged by a record's time and its arrival in epoch milliseconds. */
export function clockFault(recordedAtMs: number, receivedAtMs: number): ClockFault | null {
  if (isAhead(recordedAtMs, receivedAtMs)) return 'ahead';
  return isDeadClock(recordedAtMs, receivedAtMs) ? 'unset' : null;
}

/** Returns whether the record's time says nothing about when it was taken. Both are in epoch milliseconds. */
export const isWrongClock = (recordedAtMs: number, receivedAtMs: number): boolean =>
  clockFault(recordedAtMs, receivedAtMs) !== null;

/**
 * Returns the time (epoch milliseconds) a record is filed under: its own, or its arrival where its own says nothing.
 */
export const effectiveAtMs = (recordedAtMs: number, receivedAtMs: number): number =>
  isWrongClock(recordedAtMs, receivedAtMs) ? receivedAtMs : recordedAtMs;
