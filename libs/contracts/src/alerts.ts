import type { z } from 'zod';
import type { alertPictureSchema, overspeedAlertSchema } from './live-payloads';

/** One spell of overspeeding of one driver. Times are epoch milliseconds of the records that began and ended it. */
export type OverspeedAlert = z.infer<typeof overspeedAlertSchema>;

/** A record that begins or ends a spell of overspeeding. */
export interface OverspeedChange {
  kind: 'started' | 'ended';
  driverID: string;
  carPlateNumber: string;
  atMs: number;
}

/**
 * What may become of a driver's alert: a record begins or ends it, or no record has come for so long that nobody knows
 * whether it goes on (`atMs` is then the server's clock), or one has come again.
 */
export type AlertChange = Omit<OverspeedChange, 'kind'> & {
  kind: OverspeedChange['kind'] | 'unconfirmed' | 'confirmed';
};

/** A change with its number: the next one's is one more, whichever instance takes it. */
export type NumberedAlertChange = AlertChange & { id: number };

/** The event that tells pages of a change. */
export const ALERT_EVENTS = {
  started: 'overspeeding',
  ended: 'overspeedEnd',
  unconfirmed: 'overspeedUnconfirmed',
  confirmed: 'overspeedConfirmed',
} as const satisfies Record<AlertChange['kind'], string>;

/** Who is speeding, and what was so lately (newest first). */
export type AlertPicture = z.infer<typeof alertPictureSchema>;

/** How many ended alerts are kept and shown. */
export const PAST_ALERTS_KEPT = 200;

/**
 * What a change does to a driver's open alert; server and page share it, so that both always agree. The server first leaves
 * out what came too late to be news, and sends pages the rest.
 * - A start opens an alert. Where one is open already, the later start replaces it: its end was never sent (13 of the
 *   recorded starts are so), and an end that was not seen cannot be shown.
 * - An end closes the open alert, unless it is older than that alert's start (it arrived late).
 * - A repeat of either changes nothing.
 * - The other changes mark the open alert.
 *
 * @returns the driver's open alert afterwards, and the alert that this change closed, if any
 */
export function applyOverspeedChange(
  open: OverspeedAlert | undefined,
  change: AlertChange,
): { open: OverspeedAlert | undefined; closed?: OverspeedAlert } {
  if (change.kind === 'started') {
    if (open !== undefined && open.startedAtMs >= change.atMs) return { open };
    const { driverID, carPlateNumber, atMs } = change;
    return {
      open: { driverID, carPlateNumber, startedAtMs: atMs, endedAtMs: null, unconfirmedSinceMs: null },
    };
  }
  if (change.kind === 'unconfirmed' || change.kind === 'confirmed') {
    const unconfirmedSinceMs = change.kind === 'unconfirmed' ? change.atMs : null;
    if (open === undefined || open.unconfirmedSinceMs === unconfirmedSinceMs) return { open };
    return { open: { ...open, unconfirmedSinceMs } };
  }
  if (open === undefined || change.atMs < open.startedAtMs) return { open };
  return { open: undefined, closed: { ...open, endedAtMs: change.atMs, unconfirmedSinceMs: null } };
}
