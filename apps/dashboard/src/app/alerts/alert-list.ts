import type { AlertPicture, OverspeedAlert } from '@drivewatch/contracts';
import { alertKey } from '../feed/alert-changes';
import type { DriverTracks } from '../feed/driver-track';
import { clockFault } from '../feed/clock-fault';
import { formatDuration } from '../time/duration';
import type { FleetTimeFormat } from '../time/fleet-time-format';

/** One line of the alert list, as text. */
export interface AlertRow {
  readonly key: string;
  readonly driverId: string;
  readonly plateNumber: string;
  readonly startDate: string;
  readonly startTime: string;
  /** Both are `null` while the driver is speeding. */
  readonly endDate: string | null;
  readonly endTime: string | null;
  /** The device never said that it ended, its records just broke off: it ended at `endTime` or later. */
  readonly isEndUnknown: boolean;
  /** Nothing has been heard of the driver for so long that nobody knows whether the driver is still speeding. */
  readonly isUnconfirmed: boolean;
  /**
   * The time of an active alert up to the driver's newest record; `null` if there has been none since the start.
   */
  readonly duration: string | null;
  /** What is wrong with the clock behind the times of an active alert, in words; `null` if nothing is. */
  readonly clockFault: string | null;
}

/**
 * Returns the rows of active and past alerts, each newest first.
 *
 * @param activeShown how many active alerts to include; there may be thousands, and formatting all of them would block
 * the page at each change
 */
export function listAlerts(
  { active, past }: AlertPicture,
  tracks: DriverTracks,
  format: FleetTimeFormat,
  activeShown: number,
): { active: AlertRow[]; past: AlertRow[] } {
  const row = (alert: OverspeedAlert): AlertRow => {
    const { driverId, startedAtMs, endedAtMs } = alert;
    const track = tracks.get(driverId);
    // The duration follows recorded time, not the clock: a replayed fleet may have driven years ago.
    const untilMs = endedAtMs ?? track?.points.at(-1)?.x;
    return {
      key: alertKey(alert),
      driverId,
      plateNumber: alert.plateNumber || (track?.plateNumber ?? ''),
      startDate: format.date(startedAtMs),
      startTime: format.time(startedAtMs),
      endDate: endedAtMs === null ? null : format.date(endedAtMs),
      endTime: endedAtMs === null ? null : format.time(endedAtMs),
      isEndUnknown: alert.endUnknown === true,
      isUnconfirmed: alert.unconfirmedSinceMs !== null,
      duration: untilMs === undefined || untilMs < startedAtMs ? null : formatDuration(untilMs - startedAtMs),
      // Nobody knows that of a past alert: the clock may have been corrected since.
      clockFault: endedAtMs === null && track !== undefined ? clockFault(track, format) : null,
    };
  };
  const newest = [...active].sort((a, b) => b.startedAtMs - a.startedAtMs).slice(0, activeShown);
  return { active: newest.map(row), past: past.map(row) };
}
