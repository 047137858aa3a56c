import { type DriverInfo, SNAPSHOT_WINDOW_MS, type SpeedData, type SpeedPoint } from '@drivewatch/contracts';
import type { StoredSpeed } from '@drivewatch/persistence';

/** Points kept over all drivers; bounds the API's memory and what a connecting page is sent (about 10 MB of JSON). */
const MAX_POINTS = 300_000;
/** Of one driver at most: half an hour at a record a second would be more than any chart shows. */
const MAX_POINTS_PER_DRIVER = 1_000;

interface Driver extends DriverInfo {
  /** x ascending */
  points: SpeedPoint[];
}

/** Speeds of some period as `data` sends them, with what pages show about the drivers in it. */
export interface SpeedsMessage {
  speeds: SpeedData;
  drivers: Record<string, DriverInfo>;
}

/** The recent speeds of every driver as of the last tick: what a page that connects is sent. */
export class LivePicture {
  private readonly drivers = new Map<string, Driver>();

  get isEmpty(): boolean {
    return this.drivers.size === 0;
  }

  /** When the driver's newest record was stored, epoch milliseconds; 0 for an unknown one. */
  lastHeardMs(driverId: string): number {
    return this.drivers.get(driverId)?.lastHeardMs ?? 0;
  }

  /** @param speeds oldest first; x may be older than what is held (a late record) */
  add(speeds: readonly StoredSpeed[]): void {
    const { speeds: added, drivers } = toMessage(speeds);
    for (const [driverId, { data }] of Object.entries(added)) {
      const info = drivers[driverId];
      if (info === undefined) continue;
      const held = this.drivers.get(driverId);
      const points = held === undefined ? data : mergeByTime(held.points, data);
      this.drivers.set(driverId, { ...newerInfo(held, info), points });
    }
    const perDriver = this.pointsPerDriver();
    for (const driverId of Object.keys(added)) {
      const driver = this.drivers.get(driverId);
      if (driver !== undefined) driver.points = trim(driver.points, perDriver);
    }
  }

  /** What a connecting page is sent. */
  snapshot(): SpeedsMessage {
    const message = emptyMessage();
    const perDriver = this.pointsPerDriver();
    for (const [driverId, { points, carPlateNumber, lastHeardMs }] of this.drivers) {
      message.speeds[driverId] = { name: driverId, data: points.slice(-perDriver) };
      message.drivers[driverId] = { carPlateNumber, lastHeardMs };
    }
    return message;
  }

  /** How many of a driver's newest points are kept with so many drivers. */
  pointsPerDriver(): number {
    return Math.max(
      2,
      Math.min(MAX_POINTS_PER_DRIVER, Math.floor(MAX_POINTS / Math.max(1, this.drivers.size))),
    );
  }
}

/** Stored speeds, oldest first, in the shape of `data`. */
export function toMessage(speeds: readonly StoredSpeed[]): SpeedsMessage {
  const message = emptyMessage();
  for (const { driverId, plateNumber, recordedAtMs, speedKmh, storedAtMs } of speeds) {
    const driver = (message.speeds[driverId] ??= { name: driverId, data: [] });
    driver.data.push({ x: recordedAtMs, y: speedKmh });
    const info = { carPlateNumber: plateNumber, lastHeardMs: storedAtMs };
    message.drivers[driverId] = newerInfo(message.drivers[driverId], info);
  }
  return message;
}

/** Without a prototype, since devices choose the keys. */
const emptyMessage = (): SpeedsMessage => ({
  speeds: Object.create(null) as SpeedData,
  drivers: Object.create(null) as Record<string, DriverInfo>,
});

/** A record without a plate does not take the known one away. */
const newerInfo = (held: DriverInfo | undefined, next: DriverInfo): DriverInfo => ({
  carPlateNumber: next.carPlateNumber || (held?.carPlateNumber ?? ''),
  lastHeardMs: Math.max(held?.lastHeardMs ?? 0, next.lastHeardMs),
});

function mergeByTime(held: SpeedPoint[], added: SpeedPoint[]): SpeedPoint[] {
  const merged = [...held, ...added];
  const lastHeld = held.at(-1);
  const firstAdded = added[0];
  const inOrder = lastHeld === undefined || firstAdded === undefined || lastHeld.x <= firstAdded.x;
  return inOrder ? merged : merged.sort((a, b) => a.x - b.x);
}

function trim(points: SpeedPoint[], perDriver: number): SpeedPoint[] {
  const newest = points.at(-1)?.x ?? 0;
  const firstKept = points.findIndex(({ x }) => x > newest - SNAPSHOT_WINDOW_MS);
  return points.slice(Math.max(firstKept, points.length - perDriver));
}
