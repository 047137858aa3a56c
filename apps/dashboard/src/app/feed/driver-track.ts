import {
  driverInfoFromWire,
  mergePoints,
  type SpeedData,
  type SpeedDataMeta,
  type SpeedPoint,
} from '@drivewatch/contracts';

/** What the page holds about one driver. */
export interface DriverTrack {
  readonly id: string;
  readonly name: string;
  /** Empty when the device never sent it. */
  readonly plateNumber: string;
  /** Ascending in x; several points may share an x, and even be identical: each is a record of its own. */
  readonly points: readonly SpeedPoint[];
  /** When the server stored the driver's newest record, on its clock; `null` when the server has not said so yet. */
  readonly lastStoredMs: number | null;
  /** What the device's clock said in that record, if it is ahead or comes from a dead receiver; otherwise `null`. */
  readonly deviceClockMs: number | null;
}

export type DriverTracks = ReadonlyMap<string, DriverTrack>;

/**
 * Points kept for each driver; the oldest are dropped first. 20,000 is more than two days at a record every 10 s: a
 * page that is open all day loses nothing, while a page that is never closed, or a replay at full speed, stays within
 * memory.
 */
export const POINTS_KEPT_PER_DRIVER = 20_000;

const newest = (points: readonly SpeedPoint[]): readonly SpeedPoint[] =>
  points.length > POINTS_KEPT_PER_DRIVER ? points.slice(-POINTS_KEPT_PER_DRIVER) : points;

/** Returns what is held after a `data` event: a snapshot replaces everything, catch-ups and ticks add to it. */
export function applySpeedData(held: DriverTracks, speeds: SpeedData, meta: SpeedDataMeta): DriverTracks {
  const tracks = new Map(meta.kind === 'snapshot' ? [] : held);
  for (const id of new Set([...Object.keys(speeds), ...Object.keys(meta.drivers)])) {
    const before = tracks.get(id);
    const sent = speeds[id];
    const wireInfo = meta.drivers[id];
    const info = wireInfo === undefined ? undefined : driverInfoFromWire(wireInfo);
    const sentPlate = info?.plateNumber;
    tracks.set(id, {
      id,
      name: sent?.name ?? before?.name ?? id,
      // A device that leaves its plate out does not make the known plate wrong.
      plateNumber: sentPlate === undefined || sentPlate === '' ? (before?.plateNumber ?? '') : sentPlate,
      points: newest(mergePoints(before?.points ?? [], sent?.data ?? [])),
      lastStoredMs: latest(before?.lastStoredMs ?? null, info?.lastStoredMs ?? null),
      deviceClockMs: info === undefined ? (before?.deviceClockMs ?? null) : info.deviceClockMs,
    });
  }
  return tracks;
}

/** Returns what is held without some drivers. */
export function withoutDrivers(held: DriverTracks, drivers: readonly string[]): DriverTracks {
  const tracks = new Map(held);
  for (const id of drivers) tracks.delete(id);
  return tracks;
}

const latest = (a: number | null, b: number | null) => (a === null || b === null ? (a ?? b) : Math.max(a, b));

/** Returns the index of the first point at `fromMs` or later; the number of points when there is none. */
export function firstPointFrom(points: readonly SpeedPoint[], fromMs: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle]?.x ?? Infinity) < fromMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
