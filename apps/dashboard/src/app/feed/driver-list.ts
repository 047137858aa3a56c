import { type OverspeedAlert, SILENT_AFTER_MS, type SpeedPoint } from '@drivewatch/contracts';
import type { DriverTracks } from './driver-track';

/** A driver as the live pages show one. */
export interface LiveDriver {
  readonly id: string;
  readonly name: string;
  readonly plateNumber: string;
  readonly points: readonly SpeedPoint[];
  /** The newest record; absent when only an alert has been received so far. */
  readonly latest: SpeedPoint | undefined;
  readonly lastStoredMs: number | null;
  readonly deviceClockMs: number | null;
  /** Present while the driver is speeding. */
  readonly alert: OverspeedAlert | undefined;
}

const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/**
 * Lists every known driver, speeding ones first, then by name. A driver whose alert arrived before the first speeds
 * (which come with the next tick) is already included.
 */
export function listDrivers(tracks: DriverTracks, activeAlerts: readonly OverspeedAlert[]): LiveDriver[] {
  const alerts = new Map(activeAlerts.map((alert) => [alert.driverId, alert]));
  const drivers: LiveDriver[] = [];
  for (const track of tracks.values())
    drivers.push({ ...track, latest: track.points.at(-1), alert: alerts.get(track.id) });
  for (const alert of activeAlerts) {
    const { driverId: id, plateNumber } = alert;
    if (!tracks.has(id))
      drivers.push({
        id,
        name: id,
        plateNumber,
        points: [],
        latest: undefined,
        lastStoredMs: null,
        deviceClockMs: null,
        alert,
      });
  }
  return drivers.sort(
    (a, b) =>
      Number(b.alert !== undefined) - Number(a.alert !== undefined) ||
      byName.compare(a.name, b.name) ||
      byName.compare(a.id, b.id),
  );
}

/** Folds case and full-width letters, which input methods of the fleet's languages produce. */
const folded = (text: string) => text.normalize('NFKC').toLowerCase().trim();

/** Tells whether a driver's ID, name or plate contains the search text; an empty search finds everyone. */
export function matchesSearch(
  driver: Pick<LiveDriver, 'id' | 'name' | 'plateNumber'>,
  search: string,
): boolean {
  const wanted = folded(search);
  return [driver.id, driver.name, driver.plateNumber].some((text) => folded(text).includes(wanted));
}

/**
 * Returns how long nothing has been heard of a driver, in milliseconds, if that is long enough to mention, else `null`.
 *
 * @param asOfMs the moment the picture is true for, on the server's clock
 */
export function silentForMs(driver: Pick<LiveDriver, 'lastStoredMs'>, asOfMs: number): number | null {
  if (driver.lastStoredMs === null) return null;
  const silence = asOfMs - driver.lastStoredMs;
  return silence > SILENT_AFTER_MS ? silence : null;
}
