import type { SpeedPoint } from '@drivewatch/contracts';
import { firstPointFrom } from '../../feed/driver-track';
import type { TimeWindow } from '../../charts/speed-line';
import { lastOf, type Timeline } from '../../charts/timeline';

/** The ranges to choose from, each counted back from the present, or from the newest record of a replay. */
export const RANGES = [
  { name: 'Last 5 min', lengthMs: 5 * 60_000 },
  { name: 'Last 30 min', lengthMs: 30 * 60_000 },
  { name: 'All', lengthMs: Infinity },
] as const;
export type Range = (typeof RANGES)[number];

/** Zooming in further would show nothing more: records have whole seconds. */
export const SHORTEST_WINDOW_MS = 10_000;

/** Returns the window of a timeline that a range shows. */
export const windowOf = ({ lengthMs }: Range, timeline: Timeline): TimeWindow =>
  lengthMs === Infinity ? timeline.bounds : lastOf(timeline, lengthMs);

/**
 * Returns the points of a window and of as much time before and after it, so that a chart is made of no more points
 * than it may show until a drag or a turn of the wheel is over. The next point on either side is included, because
 * lines lead there.
 */
export function pointsAround(
  points: readonly SpeedPoint[],
  { minMs, maxMs }: TimeWindow,
): readonly SpeedPoint[] {
  const lengthMs = maxMs - minMs;
  const start = firstPointFrom(points, minMs - lengthMs) - 1;
  return points.slice(Math.max(0, start), firstPointFrom(points, maxMs + lengthMs) + 1);
}

/**
 * Zooms around the middle.
 *
 * @param factor below 1 shows less time, above 1 more
 */
export function zoomed({ minMs, maxMs }: TimeWindow, factor: number, bounds: TimeWindow): TimeWindow {
  const lengthMs = Math.max(SHORTEST_WINDOW_MS, (maxMs - minMs) * factor);
  const middleMs = (minMs + maxMs) / 2;
  return within({ minMs: middleMs - lengthMs / 2, maxMs: middleMs + lengthMs / 2 }, bounds);
}

/**
 * Moves along the time axis.
 *
 * @param share the part of the window's length to move by; below 0 goes back in time
 */
export function panned({ minMs, maxMs }: TimeWindow, share: number, bounds: TimeWindow): TimeWindow {
  const byMs = (maxMs - minMs) * share;
  return within({ minMs: minMs + byMs, maxMs: maxMs + byMs }, bounds);
}

/** Returns the nearest window of the same length within `bounds`, or all of them if it is longer. */
function within({ minMs, maxMs }: TimeWindow, bounds: TimeWindow): TimeWindow {
  const lengthMs = maxMs - minMs;
  if (lengthMs >= bounds.maxMs - bounds.minMs) return bounds;
  const startMs = Math.min(Math.max(minMs, bounds.minMs), bounds.maxMs - lengthMs);
  return { minMs: startMs, maxMs: startMs + lengthMs };
}
