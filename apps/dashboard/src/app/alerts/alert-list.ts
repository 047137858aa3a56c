import type { AlertPicture, OverspeedAlert } from '@drivewatch/contracts';
import { alertKey } from '../feed/alert-changes';
import type { DriverTracks } from '../feed/driver-track';
import { clockFault } from '../feed/clock-fault';
import { formatDuration } from '../time/duration';
import type { FleetTimeFormat } from '../time/fleet-time-format';

/** One line of the alert list, written out. */
export interface AlertRow {
  readonly key: string;
  readonly driverId: string;
  readonly plateNumber: string;
  readonly startDate: string;
  readonly startTime: string;
  /** Both `null` while the driver is speeding. */
  readonly endDate: string | null;
  readonly endTime: string | null;
  /** Nothing but the end of the records says that it ended: it did so at `endTime` or later. */
  readonly isEndUnknown: boolean;
  /** Nothing has been heard of the driver for so long that nobody knows whether it goes on. */
  readonly isUnconfirmed: boolean;
  /** Of an active alert: up to the driver's newest record; `null` when there is none since the start. */
  readonly duration: string | null;
  /** What is wrong with the clock that the times of an active alert are of, in words; `null` for none. */
  readonly clockFault: string | null;
}

/**
 * The rows of active and past alerts, each newest first.
 *
 * @param activeShown so many active ones, which may be thousands; writing all of them out would stop the page at each change
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
    // Recorded time, not the clock's: a replayed fleet may be driving years ago.
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
      // Nobody knows it of a past one: the clock may have been set right since.
      clockFault: endedAtMs === null && track !== undefined ? clockFault(track, format) : null,
    };
  };
  const newest = [...active].sort((a, b) => b.startedAtMs - a.startedAtMs).slice(0, activeShown);
  return { active: newest.map(row), past: past.map(row) };
}
