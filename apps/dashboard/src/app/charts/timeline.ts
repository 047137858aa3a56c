import { isAhead, isDeadClock, SNAPSHOT_WINDOW_MS, type SpeedPoint } from '@drivewatch/contracts';
import type { TimeWindow } from './speed-line';

/** The window shown around a single moment. */
const MOMENT_WINDOW_MS = 60_000;

/** The time range that some lines cover. */
export interface Timeline {
  /**
   * The moment that windows are counted back from: the server's present or, for a replay, the time of its newest
   * record.
   */
  readonly nowMs: number;
  /** The range in which there is something to see; it reaches at least to `nowMs`. */
  readonly bounds: TimeWindow;
}

/**
 * Returns the time range of lines. Windows follow the server's clock, so that one device's clock moves nobody else's
 * line out of sight, and a silence shows. Lines without anything recent belong to a replay or to parked cars: their
 * windows follow their newest point. The server places a record with a wrong clock where it arrived; if an older server
 * does not, such a record changes nothing here either.
 *
 * @param lines points of each line, x ascending
 * @param asOfMs the moment the picture is true for, on the server's clock
 * @param presentMs a point counts as recent up to this age
 */
export function timelineOf(
  lines: Iterable<readonly SpeedPoint[]>,
  asOfMs: number,
  presentMs = SNAPSHOT_WINDOW_MS,
): Timeline {
  let oldestMs = Infinity;
  let newestMs = -Infinity;
  for (const points of lines) {
    const last = points.findLast(({ x }) => !isAhead(x, asOfMs))?.x;
    if (last === undefined || isDeadClock(last, asOfMs)) continue;
    newestMs = Math.max(newestMs, last);
    oldestMs = Math.min(oldestMs, points.find(({ x }) => !isDeadClock(x, asOfMs))?.x ?? last);
  }
  const isPresent = newestMs === -Infinity || newestMs >= asOfMs - presentMs;
  const nowMs = isPresent ? asOfMs : newestMs;
  return {
    nowMs,
    // Clocks that are ahead, but by less than what counts as wrong, have to be visible as well.
    bounds: { minMs: Math.min(oldestMs, nowMs - MOMENT_WINDOW_MS), maxMs: Math.max(nowMs, newestMs) },
  };
}

/** Returns the last so many milliseconds of a timeline. */
export const lastOf = ({ nowMs, bounds }: Timeline, lengthMs: number): TimeWindow => ({
  minMs: nowMs - lengthMs,
  maxMs: bounds.maxMs,
});
