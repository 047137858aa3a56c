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
 *
 * @returns the driver's open alert afterwards, and the alert that this change closed, if any
 */
export function applyOverspeedChange(
  open: OverspeedAlert | undefined,
  change: OverspeedChange,
): { open: OverspeedAlert | undefined; closed?: OverspeedAlert } {
  if (change.kind === 'started') {
    if (open !== undefined && open.startedAtMs >= change.atMs) return { open };
    const { driverID, carPlateNumber, atMs } = change;
    return { open: { driverID, carPlateNumber, startedAtMs: atMs, endedAtMs: null } };
  }
  if (open === undefined || change.atMs < open.startedAtMs) return { open };
  return { open: undefined, closed: { ...open, endedAtMs: change.atMs } };
}
