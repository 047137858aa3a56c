import {
  type DriverInfo,
  driverInfoToWire,
  effectiveAtMs,
  isWrongClock,
  mergePoints,
  SNAPSHOT_WINDOW_MS,
  type SpeedData,
  type SpeedPoint,
  type WireDriverInfo,
} from '@drivewatch/contracts';
import type { StoredSpeed } from '@drivewatch/persistence';

/**
 * How many points are kept over all drivers; bounds the API's memory and what a connecting page is sent (about 10 MB of
 * JSON).
 */
const MAX_POINTS = 300_000;
/** The most points of one driver: half an hour at a record a second would be more than any chart shows. */
const MAX_POINTS_PER_DRIVER = 1_000;

/** What is known of a driver and as of when each fact holds, so that records may come in any order. */
interface KnownInfo extends DriverInfo {
  /** Time of the record that the plate was taken from. */
  plateAtMs: number;
  /** When the record arrived that the clock was taken from: several may be stored at the same moment. */
  clockAtMs: number;
}

interface Driver extends KnownInfo {
  /** The points are in ascending order of x. */
  points: SpeedPoint[];
}

/** Speeds of some period in the shape of `data`, with what pages show about the drivers in it. */
export interface SpeedsMessage {
  speeds: SpeedData;
  drivers: Record<string, WireDriverInfo>;
}

/** The recent speeds of every driver as of the last tick, which a connecting page is sent. */
export class LivePicture {
  private readonly drivers = new Map<string, Driver>();

  get isEmpty(): boolean {
    return this.drivers.size === 0;
  }

  /** How many drivers are in the picture. */
  get driverCount(): number {
    return this.drivers.size;
  }

  has(driverId: string): boolean {
    return this.drivers.has(driverId);
  }

  /**
   * Removes a driver, who comes back with the next record that is added.
   *
   * @returns whether the driver was in the picture
   */
  remove(driverId: string): boolean {
    return this.drivers.delete(driverId);
  }

  /** Returns how many points a snapshot holds. */
  countPoints(): number {
    const perDriver = this.pointsPerDriver();
    let count = 0;
    for (const { points } of this.drivers.values()) count += Math.min(points.length, perDriver);
    return count;
  }

  /** Returns when the driver's newest record was stored, epoch milliseconds; 0 for an unknown driver. */
  lastStoredMs(driverId: string): number {
    return this.drivers.get(driverId)?.lastStoredMs ?? 0;
  }

  /**
   * @param speeds in any order; x may be older than what is held (a late record)
   * @returns the speeds in the shape that {@link message} returns
   */
  add(speeds: readonly StoredSpeed[]): SpeedsMessage {
    const added = byDriver(speeds);
    for (const [driverId, { points, ...info }] of added) {
      const held = this.drivers.get(driverId);
      if (held === undefined) this.drivers.set(driverId, { ...info, points });
      else this.drivers.set(driverId, { ...newerInfo(held, info), points: mergePoints(held.points, points) });
    }
    const perDriver = this.pointsPerDriver();
    for (const driverId of added.keys()) {
      const driver = this.drivers.get(driverId);
      if (driver !== undefined) driver.points = trim(driver.points, perDriver);
    }
    return this.tell(added);
  }

  /** Returns the time of a driver's newest point, epoch milliseconds; `null` without one. */
  lastPointMs(driverId: string): number | null {
    return this.drivers.get(driverId)?.points.at(-1)?.x ?? null;
  }

  /** Returns what a connecting page is sent. */
  snapshot(): SpeedsMessage {
    const message = emptyMessage();
    const perDriver = this.pointsPerDriver();
    for (const [driverId, driver] of this.drivers) {
      message.speeds[driverId] = { name: driverId, data: driver.points.slice(-perDriver) };
      message.drivers[driverId] = driverInfoToWire(driver);
    }
    return message;
  }

  /**
   * Returns some speeds in the shape of `data`, with what is known of their drivers now, even if the speeds are older
   * than that.
   *
   * @param speeds in any order, each added before
   */
  message(speeds: readonly StoredSpeed[]): SpeedsMessage {
    return this.tell(byDriver(speeds));
  }

  private tell(told: ReadonlyMap<string, Driver>): SpeedsMessage {
    const message = emptyMessage();
    for (const [driverId, driver] of told) {
      message.speeds[driverId] = { name: driverId, data: driver.points };
      message.drivers[driverId] = driverInfoToWire(this.drivers.get(driverId) ?? driver);
    }
    return message;
  }

  /** Returns how many of each driver's newest points are kept at the present number of drivers. */
  private pointsPerDriver(): number {
    return pointsOfEach(this.drivers.size);
  }
}

/** Returns how many of each driver's newest points are kept at that number of drivers. */
export const pointsOfEach = (drivers: number): number =>
  Math.max(2, Math.min(MAX_POINTS_PER_DRIVER, Math.floor(MAX_POINTS / Math.max(1, drivers))));

/** Returns each driver's points, x ascending, and what the newest records say of the driver. */
function byDriver(speeds: readonly StoredSpeed[]): Map<string, Driver> {
  const drivers = new Map<string, Driver>();
  for (const { driverId, plateNumber, recordedAtMs, receivedAtMs, speedKmh, storedAtMs } of speeds) {
    const isWrong = isWrongClock(recordedAtMs, receivedAtMs);
    const atMs = effectiveAtMs(recordedAtMs, receivedAtMs);
    const info: KnownInfo = {
      plateNumber,
      plateAtMs: plateNumber === '' ? -Infinity : atMs,
      lastStoredMs: storedAtMs,
      deviceClockMs: isWrong ? recordedAtMs : null,
      clockAtMs: receivedAtMs,
    };
    const known = drivers.get(driverId);
    const driver =
      known === undefined ? { ...info, points: [] } : Object.assign(known, newerInfo(known, info));
    if (known === undefined) drivers.set(driverId, driver);
    if (speedKmh !== null) driver.points.push({ x: atMs, y: speedKmh });
  }
  for (const { points } of drivers.values()) {
    const isInOrder = points.every(({ x }, index) => index === 0 || (points[index - 1]?.x ?? 0) <= x);
    if (!isInOrder) points.sort((one, other) => one.x - other.x);
  }
  return drivers;
}

/** The objects have no prototype, since devices choose the keys. */
const emptyMessage = (): SpeedsMessage => ({
  speeds: Object.create(null) as SpeedData,
  drivers: Object.create(null) as Record<string, WireDriverInfo>,
});

/**
 * Takes the plate from the newest record that has one, by the record's time: a record that comes late may be of another
 * car. The clock is that of the record that arrived last.
 */
function newerInfo(held: KnownInfo, next: KnownInfo): KnownInfo {
  const plate = next.plateAtMs >= held.plateAtMs ? next : held;
  const clock = next.clockAtMs >= held.clockAtMs ? next : held;
  return {
    plateNumber: plate.plateNumber,
    plateAtMs: plate.plateAtMs,
    lastStoredMs: Math.max(held.lastStoredMs, next.lastStoredMs),
    deviceClockMs: clock.deviceClockMs,
    clockAtMs: clock.clockAtMs,
  };
}

function trim(points: SpeedPoint[], perDriver: number): SpeedPoint[] {
  const newest = points.at(-1)?.x ?? 0;
  const firstKept = points.findIndex(({ x }) => x > newest - SNAPSHOT_WINDOW_MS);
  return points.slice(Math.max(firstKept, points.length - perDriver));
}
