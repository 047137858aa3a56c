import { type OverspeedAlert, type OverspeedChange, TIME_TOLERANCE_MS } from '@drivewatch/contracts';

/** What is remembered of a driver besides the alerts; it tells news from records that come late or again. */
export interface DriverHistory {
  driverId: string;
  /** Time of the newest record that began a spell of overspeeding, epoch milliseconds; `null` if there was none. */
  lastStartMs: number | null;
  /** The same for the newest record that ended a spell. */
  lastEndMs: number | null;
  /** Ids of the last records that began or ended a spell, newest last. */
  recordIds: readonly string[];
  /** When the last of them was accepted, epoch milliseconds of the server's clock. */
  lastAcceptedMs: number;
}

/** Older repeats are recognised by their times; the ids tell repeats within the second of the last start or end. */
const RECORD_IDS_KEPT = 4;

/** Returns what is known of a driver of whom nothing has been heard. */
export const noHistory = (driverId: string): DriverHistory => ({
  driverId,
  lastStartMs: null,
  lastEndMs: null,
  recordIds: [],
  lastAcceptedMs: 0,
});

/** Returns the history with a reported change added. */
export function withChange(
  history: DriverHistory,
  { kind, atMs }: OverspeedChange,
  recordId: string,
): DriverHistory {
  const { lastStartMs, lastEndMs, recordIds } = history;
  return {
    ...history,
    lastStartMs: kind === 'started' ? later(lastStartMs, atMs) : lastStartMs,
    lastEndMs: kind === 'ended' ? later(lastEndMs, atMs) : lastEndMs,
    recordIds: [...recordIds.filter((id) => id !== recordId), recordId].slice(-RECORD_IDS_KEPT),
  };
}

/**
 * Returns a history without times in the future: earlier versions took over the times of clocks that were ahead, and
 * compared with those every present record would be late.
 */
export const withoutFuture = (history: DriverHistory, nowMs: number): DriverHistory => ({
  ...history,
  lastStartMs: past(history.lastStartMs, nowMs),
  lastEndMs: past(history.lastEndMs, nowMs),
});

const past = (atMs: number | null, nowMs: number): number | null =>
  atMs !== null && atMs > nowMs + TIME_TOLERANCE_MS ? null : atMs;

/** What tells a late change from a recent one, in milliseconds. */
export interface AgeLimit {
  nowMs: number;
  /** `Infinity` means no limit. */
  maxAgeMs: number;
}

/**
 * Tells whether pages are told of a change that a record reports, which may have come late or out of order.
 * - A start is news unless it is older than the limit or than the driver's last end (it is over by now), or no newer
 *   than the open alert.
 * - An end is news when it ends the open alert, however late it comes, but not when it is older than the driver's
 *   last start (it is the end of an earlier spell). Without an open alert it is news when it is recent and the last
 *   one: pages that know more than this server may show one.
 *
 * @param history before this change
 * @param open the driver's open alert, if any
 */
export function isNews(
  { kind, atMs }: OverspeedChange,
  history: Pick<DriverHistory, 'lastStartMs' | 'lastEndMs'>,
  open: OverspeedAlert | undefined,
  { nowMs, maxAgeMs }: AgeLimit,
): boolean {
  const isRecent = nowMs - atMs <= maxAgeMs;
  const isBeforeLastEnd = history.lastEndMs !== null && atMs < history.lastEndMs;
  if (kind === 'started') {
    return isRecent && !isBeforeLastEnd && (open === undefined || open.startedAtMs < atMs);
  }
  const lastStartMs = later(history.lastStartMs, open?.startedAtMs ?? null);
  if (lastStartMs !== null && atMs < lastStartMs) return false;
  return open !== undefined || (isRecent && !isBeforeLastEnd);
}

function later(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}
