/** One spell of overspeeding of one driver. Times are epoch milliseconds. */
export interface OverspeedAlert {
  driverId: string;
  /** Empty when the device did not send it. */
  plateNumber: string;
  /** The time of the record that began it. */
  startedAtMs: number;
  /** The time of the record that ended it; `null` while the driver is speeding. */
  endedAtMs: number | null;
  /** The server's time when the driver had been silent too long for the spell to be sure; `null` while records come. */
  unconfirmedSinceMs: number | null;
  /** True if it ended without a record that says so; `endedAtMs` is then the time of the last record before a break. */
  endUnknown?: boolean | undefined;
}

/**
 * Two records of a driver that are further apart than this, in milliseconds, do not belong to one drive: vehicles
 * report about every 10 s while driving. The summaries job breaks drives at the same gap (`LONGEST_GAP_MS` of
 * tools/summaries).
 */
export const DRIVE_BREAK_MS = 60_000;

/** A record that begins or ends a spell of overspeeding. */
export interface OverspeedChange {
  kind: 'started' | 'ended';
  driverId: string;
  plateNumber: string;
  atMs: number;
}

/**
 * A change to a driver's alert: a record begins or ends it; or no record has come for so long that nobody knows whether
 * it goes on (`atMs` is then the server's clock); or records have begun to come again.
 */
export type AlertChange = Omit<OverspeedChange, 'kind'> & {
  kind: OverspeedChange['kind'] | 'unconfirmed' | 'confirmed';
  /**
   * True for an end that no record reported; `atMs` is then the last record before a break or before the next start.
   */
  endUnknown?: boolean | undefined;
};

/** A change with its number. Numbers rise by one with each change, whichever instance makes it. */
export type NumberedAlertChange = AlertChange & { id: number };

/** The event that tells pages about each kind of change. */
export const ALERT_EVENTS = {
  started: 'overspeeding',
  ended: 'overspeedEnd',
  unconfirmed: 'overspeedUnconfirmed',
  confirmed: 'overspeedConfirmed',
} as const satisfies Record<AlertChange['kind'], string>;

/** The drivers who are speeding, and the alerts that ended lately (newest first). */
export interface AlertPicture {
  active: OverspeedAlert[];
  past: OverspeedAlert[];
  /** The number of the last change that is in this picture; 0 before the first. */
  lastAlertId: number;
}

/** How many ended alerts are kept and shown. */
export const PAST_ALERTS_KEPT = 200;

/**
 * Returns what a change makes of a driver's open alert. Server and page share this function, so that they always agree.
 * The server decides what counts as a change: it leaves out whatever comes too late to be news or only repeats what is
 * known, and when the end of a spell was never sent, it sends that end before the next start. Changes are therefore
 * applied in the order in which they come, whatever times they carry.
 * - A start opens an alert, and replaces one that is open.
 * - An end closes the open alert.
 * - A repeated start or end changes nothing.
 * - The other changes mark the open alert.
 *
 * @returns the driver's open alert afterwards, and the alert that this change closed, if any
 */
export function applyOverspeedChange(
  open: OverspeedAlert | undefined,
  change: AlertChange,
): { open: OverspeedAlert | undefined; closed?: OverspeedAlert } {
  if (change.kind === 'started') {
    if (open?.startedAtMs === change.atMs) return { open };
    const { driverId, plateNumber, atMs } = change;
    return {
      open: { driverId, plateNumber, startedAtMs: atMs, endedAtMs: null, unconfirmedSinceMs: null },
    };
  }
  if (open === undefined) return { open };
  if (change.kind === 'ended') {
    const endedAtMs = Math.max(open.startedAtMs, change.atMs);
    const closed = { ...open, endedAtMs, unconfirmedSinceMs: null };
    return {
      open: undefined,
      closed: change.endUnknown === true ? { ...closed, endUnknown: true } : closed,
    };
  }
  const unconfirmedSinceMs = change.kind === 'unconfirmed' ? change.atMs : null;
  return { open: open.unconfirmedSinceMs === unconfirmedSinceMs ? open : { ...open, unconfirmedSinceMs } };
}
