import { DateTime, IANAZone } from 'luxon';

/** Translates between epoch milliseconds and the fleet's wall clock, `YYYY-MM-DD HH:MM:SS`. */
export interface FleetClock {
  /** IANA name. */
  readonly zone: string;
  /**
   * `null` when there is no such date or time. A wall time that occurs twice (clocks going back) is read as the
   * earlier one, and one that never occurs (clocks going forward) as the same distance after the change.
   */
  toEpochMs: (wallTime: string) => number | null;
  toWallTime: (epochMs: number) => string;
}

const WALL_FORMAT = 'yyyy-MM-dd HH:mm:ss';
const MINUTES_KEPT = 10_000;

/**
 * @param zone IANA name of the fleet's time zone
 * @throws RangeError when the zone is unknown
 */
export function createFleetClock(zone: string): FleetClock {
  if (!IANAZone.isValidZone(zone))
    throw new RangeError(`Unknown time zone "${zone}"; use an IANA name such as Asia/Shanghai`);
  // Finding a zone's offset is slow, and a fleet reports within the same few minutes: keep the start of each minute.
  const minutes = new Map<string, number | null>();
  return {
    zone,
    toEpochMs: (wallTime) => {
      const seconds = Number(wallTime.slice(17, 19));
      if (!(seconds < 60)) return null;
      const minute = wallTime.slice(0, 16);
      let startMs = minutes.get(minute);
      if (startMs === undefined) {
        const parsed = DateTime.fromFormat(`${minute}:00`, WALL_FORMAT, { zone });
        startMs = parsed.isValid ? parsed.toMillis() : null;
        if (minutes.size >= MINUTES_KEPT) minutes.clear();
        minutes.set(minute, startMs);
      }
      return startMs === null ? null : startMs + seconds * 1000;
    },
    toWallTime: (epochMs) => DateTime.fromMillis(epochMs, { zone }).toFormat(WALL_FORMAT),
  };
}
