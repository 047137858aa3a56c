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
/** Offsets of time zones are whole minutes in all years that records come from, so seconds pass through. */
const MINUTE_FORMAT = 'yyyy-MM-dd HH:mm';
const MINUTES_KEPT = 10_000;

/**
 * @param zone IANA name of the fleet's time zone
 * @throws RangeError when the zone is unknown
 */
export function createFleetClock(zone: string): FleetClock {
  if (!IANAZone.isValidZone(zone)) {
    throw new RangeError(`Unknown time zone "${zone}"; use an IANA name such as Asia/Shanghai`);
  }
  // Finding a zone's offset is slow, and a fleet reports within the same few minutes: keep each minute once found.
  const startOfMinute = remember((minute: string) => {
    const parsed = DateTime.fromFormat(`${minute}:00`, WALL_FORMAT, { zone });
    return parsed.isValid ? Math.min(...parsed.getPossibleOffsets().map((time) => time.toMillis())) : null;
  });
  const wallMinute = remember((startMs: number) =>
    DateTime.fromMillis(startMs, { zone }).toFormat(MINUTE_FORMAT),
  );
  return {
    zone,
    toEpochMs: (wallTime) => {
      const seconds = Number(wallTime.slice(17, 19));
      const startMs = seconds < 60 ? startOfMinute(wallTime.slice(0, 16)) : null;
      return startMs === null ? null : startMs + seconds * 1000;
    },
    toWallTime: (epochMs) => {
      const seconds = Math.floor(epochMs / 1000);
      const minute = Math.floor(seconds / 60);
      return `${wallMinute(minute * 60_000)}:${String(seconds - minute * 60).padStart(2, '0')}`;
    },
  };
}

/** A function that computes each answer once, and forgets them all when there are too many. */
function remember<K, V>(compute: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const held = known.get(key);
    if (held !== undefined) return held;
    const value = compute(key);
    if (known.size >= MINUTES_KEPT) known.clear();
    known.set(key, value);
    return value;
  };
}
