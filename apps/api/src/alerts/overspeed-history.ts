import { type OverspeedAlert, type OverspeedChange, TIME_TOLERANCE_MS } from '@drivewatch/contracts';

/** What is remembered of a driver beyond the alerts: by it, a record that comes late or again is told from news. */
export interface DriverHistory {
  driverId: string;
  /** Time of the newest record that began a spell of overspeeding, epoch milliseconds; `null` without one. */
  lastStartMs: number | null;
  /** The same of the records that ended one. */
  lastEndMs: number | null;
  /** Ids of the last such records, newest last. */
  recordIds: readonly string[];
  /** When the last of them was accepted, epoch milliseconds of the server's clock. */
  lastAcceptedMs: number;
}

/** Older repeats are known by their times; the ids tell those within the second of the last start or end. */
const RECORD_IDS_KEPT = 4;

/** What is known of a driver whom nobody has heard of. */
export const noHistory = (driverId: string): DriverHistory => ({
  driverId,
  lastStartMs: null,
  lastEndMs: null,
  recordIds: [],
  lastAcceptedMs: 0,
});

/** A history with a change in it that a record has reported. */
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
 * A history without what lies after the present: versions before this one took the times of clocks that were ahead, and by
 * those every present record would be late.
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
  /** `Infinity` for none. */
  maxAgeMs: number;
}

/**
 * Whether pages are told of a change that a record reports, which may have come late, or out of order.
 * - A start is news unless it is older than the limit or than the driver's last end (it is over by now), or no newer
 *   than the alert that is open.
 * - An end is news when it ends the open alert, however late it comes, but not when it is older than the driver's last
 *   start (it is the end of an earlier spell). Without an open alert it is news when it is recent and the last one: pages
 *   that know more than this server may show one.
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
