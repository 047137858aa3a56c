import {
  type AlertChange,
  applyOverspeedChange,
  type DrivingRecord,
  type OverspeedAlert,
  type OverspeedChange,
} from '@drivewatch/contracts';
import { type AgeLimit, type DriverHistory, isNews, withChange } from './overspeed-history';

/** What is known of a driver, the same on every instance. */
export interface DriverState {
  history: DriverHistory;
  open: OverspeedAlert | undefined;
}

/** What is to be known instead, and what pages are told of it. */
export interface DriverUpdate extends DriverState {
  /** The alert that has ended, if any. */
  closed?: OverspeedAlert | undefined;
  changes: readonly AlertChange[];
}

/** How a record comes. */
export interface RecordArrival extends AgeLimit {
  /** History that is told as if it happened now: the order of arrival decides, whatever is known of the driver. */
  isReplay: boolean;
  /** Whether it was tried before, and may have been noted then without an answer. */
  isAgain: boolean;
}

/** @returns what a record changes about its driver; `null` for nothing, as when it was noted before */
export function decideOnRecord(
  record: DrivingRecord,
  state: DriverState,
  { isReplay, isAgain, ...limit }: RecordArrival,
): DriverUpdate | null {
  let { history, open } = state;
  if ((isAgain || !isReplay) && history.recordIds.includes(record.id)) return null;
  let closed: OverspeedAlert | undefined;
  const changes: AlertChange[] = [];
  for (const change of overspeedChanges(record)) {
    if (isReplay || isNews(change, history, open, limit)) {
      const result = applyOverspeedChange(open, change);
      open = result.open;
      closed = result.closed ?? closed;
      changes.push(change);
    }
    history = withChange(history, change, record.id);
  }
  return { history: { ...history, heardAtMs: limit.nowMs }, open, closed, changes };
}

/** By what an open alert is found unconfirmed. */
export interface Silence {
  nowMs: number;
  /** When the driver's newest record was stored; one that has been accepted since counts as well. */
  storedAtMs: number;
  staleAfterMs: number;
}

/** @returns what the silence of a driver changes, or its end; `null` for nothing */
export function decideOnSilence(
  { history, open }: DriverState,
  { nowMs, storedAtMs, staleAfterMs }: Silence,
): DriverUpdate | null {
  if (open === undefined) return null;
  const isStale = nowMs - Math.max(storedAtMs, history.heardAtMs) > staleAfterMs;
  if (isStale === (open.unconfirmedSinceMs !== null)) return null;
  const { driverID, carPlateNumber } = open;
  const change: AlertChange = {
    kind: isStale ? 'unconfirmed' : 'confirmed',
    driverID,
    carPlateNumber,
    atMs: nowMs,
  };
  return { history, open: applyOverspeedChange(open, change).open, changes: [change] };
}

function overspeedChanges(record: DrivingRecord): OverspeedChange[] {
  const change = {
    driverID: record.driverId,
    carPlateNumber: record.plateNumber,
    atMs: record.recordedAtMs,
  };
  return [
    ...(record.overspeed ? [{ kind: 'started' as const, ...change }] : []),
    ...(record.overspeedFinished ? [{ kind: 'ended' as const, ...change }] : []),
  ];
}
