import type { SpeedPoint } from '@drivewatch/contracts';
import type { ChartDataset, ScriptableContext } from 'chart.js';
import type { DriverLineStyle } from './driver-colour';

const ISOLATED_POINT_RADIUS = 2.5;
const MARKER_ROOM = 5;

/** A stretch of recorded time, epoch milliseconds. */
export interface TimeWindow {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * Returns how far apart two records may be for a line to join them: two minutes, the silence after which a driver is
 * shown as silent. In a long window, where only some points of each pixel are drawn, it grows with the time that a few
 * pixels cover.
 */
export const joinedGapMs = ({ minMs, maxMs }: TimeWindow) => Math.max(120_000, (maxMs - minMs) / 60);

/**
 * Returns one driver's line. Chart.js uses its points as they are (`parsing: false`), without a copy; only points that
 * no line would show have markers.
 */
export function speedLine(
  label: string,
  points: readonly SpeedPoint[],
  style: DriverLineStyle,
  gapMs: number,
): ChartDataset<'line', SpeedPoint[]> {
  return {
    label,
    data: points as SpeedPoint[],
    borderColor: style.colour,
    backgroundColor: style.colour,
    borderDash: [...style.dash],
    // The newest points are on the right edge, and would be cut in half.
    clip: { left: 0, top: MARKER_ROOM, right: MARKER_ROOM, bottom: MARKER_ROOM },
    borderWidth: 2,
    borderJoinStyle: 'round',
    spanGaps: gapMs,
    pointRadius: (context: ScriptableContext<'line'>) =>
      isIsolated(context.dataset.data as readonly SpeedPoint[], context.dataIndex, gapMs)
        ? ISOLATED_POINT_RADIUS
        : 0,
    pointBackgroundColor: style.colour,
    pointHitRadius: 8,
    pointHoverRadius: 4,
  };
}

/** Tells whether no line reaches a point, so that it needs a marker to be seen. */
export function isIsolated(points: readonly SpeedPoint[], index: number, gapMs: number): boolean {
  const point = points[index];
  if (point === undefined) return false;
  const before = points[index - 1];
  const after = points[index + 1];
  const reaches = (other: SpeedPoint | undefined) =>
    other !== undefined &&
    (other.x !== point.x || other.y !== point.y) &&
    Math.abs(other.x - point.x) <= gapMs;
  return !reaches(before) && !reaches(after);
}
