import type { AlertPicture, OverspeedAlert } from '@drivewatch/contracts';
import { alertKey } from '../feed/alert-changes';
import type { DriverTracks } from '../feed/driver-track';
import { formatDuration } from '../time/duration';
import type { FleetTimeFormat } from '../time/fleet-time-format';

/** One line of the alert list, written out. */
export interface AlertRow {
  readonly key: string;
  readonly driverID: string;
  readonly carPlateNumber: string;
  readonly startDate: string;
  readonly startTime: string;
  /** Both `null` while the driver is speeding. */
  readonly endDate: string | null;
  readonly endTime: string | null;
  /** Nothing has been heard of the driver for so long that nobody knows whether it goes on. */
  readonly isUnconfirmed: boolean;
  /** Of an active alert: up to the driver's newest record; `null` when there is none since the start. */
  readonly duration: string | null;
}

/** The rows of active and past alerts, each newest first. */
export function listAlerts(
  { active, past }: AlertPicture,
  tracks: DriverTracks,
  format: FleetTimeFormat,
): { active: AlertRow[]; past: AlertRow[] } {
  const row = (alert: OverspeedAlert): AlertRow => {
    const { driverID, startedAtMs, endedAtMs } = alert;
    const track = tracks.get(driverID);
    // Recorded time, not the clock's: a replayed fleet may be driving years ago.
    const untilMs = endedAtMs ?? track?.points.at(-1)?.x;
    return {
      key: alertKey(alert),
      driverID,
      carPlateNumber: alert.carPlateNumber || (track?.carPlateNumber ?? ''),
      startDate: format.date(startedAtMs),
      startTime: format.time(startedAtMs),
      endDate: endedAtMs === null ? null : format.date(endedAtMs),
      endTime: endedAtMs === null ? null : format.time(endedAtMs),
      isUnconfirmed: alert.unconfirmedSinceMs !== null,
      duration: untilMs === undefined || untilMs < startedAtMs ? null : formatDuration(untilMs - startedAtMs),
    };
  };
  return { active: [...active].sort((a, b) => b.startedAtMs - a.startedAtMs).map(row), past: past.map(row) };
}
