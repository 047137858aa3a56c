import { isAhead, isDeadClock, SNAPSHOT_WINDOW_MS, type SpeedPoint } from '@drivewatch/contracts';
import type { TimeWindow } from './speed-line';

/** What is shown around a single moment. */
const MOMENT_WINDOW_MS = 60_000;

/** The time that some lines are of. */
export interface Timeline {
  /**
   * The moment that windows are counted back from: that of the server's clock, or, of a replay, that of its newest record.
   */
  readonly nowMs: number;
  /** As far as there is something to be seen, `nowMs` at least. */
  readonly bounds: TimeWindow;
}

/**
 * The time that lines are of. Windows hang on the server's clock, so that one device's clock moves nobody else's line out
 * of sight, and a silence is seen. Lines that have nothing of the present are of a replay, or of cars that stand: their
 * windows hang on the newest of their points. The server places a record with a wrong clock where it arrived; one of a
 * server that does not decides nothing here either.
 *
 * @param lines points of each line, x ascending
 * @param asOfMs the moment the picture is true for, on the server's clock
 * @param presentMs how long ago, at most, a point is of the present
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
    // Clocks that are ahead by less than what counts as wrong are to be seen as well.
    bounds: { minMs: Math.min(oldestMs, nowMs - MOMENT_WINDOW_MS), maxMs: Math.max(nowMs, newestMs) },
  };
}

/** The last so many milliseconds of a timeline. */
export const lastOf = ({ nowMs, bounds }: Timeline, lengthMs: number): TimeWindow => ({
  minMs: nowMs - lengthMs,
  maxMs: bounds.maxMs,
});
