import { DateTime, IANAZone } from 'luxon';

/** Translates between epoch milliseconds and the fleet's wall clock, `YYYY-MM-DD HH:MM:SS`. */
export interface FleetClock {
  /** The IANA name of the zone. */
  readonly zone: string;
  /**
   * Returns `null` when there is no such date or time. Second 60, a leap second, counts as the next second.
   *
   * A wall time that a clock change repeats or skips can be read in two ways, with the offset before the change and
   * with the one after it. It is read as the instant nearer to `nearMs`, which for a record is its arrival. Without
   * `nearMs`, or half-way, the offset before the change holds: a repeated time means its first occurrence, and a
   * skipped one is as long after the change as it claims to be.
   *
   * @param nearMs epoch milliseconds
   */
  toEpochMs: (wallTime: string, nearMs?: number) => number | null;
  toWallTime: (epochMs: number) => string;
  /** Returns whether a wall time stands for two instants, because the clocks went back. */
  occursTwice: (wallTime: string) => boolean;
}

/** Offsets of time zones are whole minutes in all years that records come from, so seconds need no conversion. */
const MINUTE_FORMAT = 'yyyy-MM-dd HH:mm';
const MINUTE_LENGTH = 16;
const MINUTE_MS = 60_000;
const MINUTES_KEPT = 10_000;
/**
 * This is more than the largest offset of any zone, 14 hours, so that a wall time read as UTC lies between the two
 * instants this far away; so does any clock change that concerns it.
 */
const BEYOND_OFFSETS_MS = 15 * 3_600_000;

/**
 * The beginning of a minute of the wall clock, in epoch milliseconds, by the offsets before and after a change near it.
 */
interface MinuteReadings {
  readonly beforeMs: number;
  /** The same as `beforeMs` where there is only one reading. */
  readonly afterMs: number;
}

/**
 * @param zone IANA name of the fleet's time zone
 * @throws RangeError when the zone is unknown
 */
export function createFleetClock(zone: string): FleetClock {
  if (!IANAZone.isValidZone(zone)) {
    throw new RangeError(`Unknown time zone "${zone}"; use an IANA name such as Asia/Shanghai`);
  }
  // Finding a zone's offset is slow, and a fleet reports within the same few minutes, so each minute is kept once
  // found.
  const ianaZone = IANAZone.create(zone);
  const readingsOf = remember((minute: string) => readMinute(minute, ianaZone));
  const wallMinute = remember((startMs: number) =>
    DateTime.fromMillis(startMs, { zone }).toFormat(MINUTE_FORMAT),
  );
  return {
    zone,
    toEpochMs: (wallTime, nearMs) => {
      const seconds = Number(wallTime.slice(MINUTE_LENGTH + 1));
      const readings = seconds <= 60 ? readingsOf(wallTime.slice(0, MINUTE_LENGTH)) : null;
      if (readings === null) return null;
      const beforeMs = readings.beforeMs + seconds * 1000;
      if (nearMs === undefined || readings.afterMs === readings.beforeMs) return beforeMs;
      const afterMs = readings.afterMs + seconds * 1000;
      return Math.abs(afterMs - nearMs) < Math.abs(beforeMs - nearMs) ? afterMs : beforeMs;
    },
    toWallTime: (epochMs) => {
      const seconds = Math.floor(epochMs / 1000);
      const minute = Math.floor(seconds / 60);
      return `${wallMinute(minute * MINUTE_MS)}:${String(seconds - minute * 60).padStart(2, '0')}`;
    },
    occursTwice: (wallTime) => {
      const readings = readingsOf(wallTime.slice(0, MINUTE_LENGTH));
      return readings !== null && readings.beforeMs < readings.afterMs;
    },
  };
}

/** Returns `null` when there is no such date or time. */
function readMinute(minute: string, zone: IANAZone): MinuteReadings | null {
  const asUtc = DateTime.fromFormat(minute, MINUTE_FORMAT, { zone: 'utc' });
  // Luxon reads 24:00 as the next day's 00:00, which no other reader of records does.
  if (!asUtc.isValid || asUtc.toFormat(MINUTE_FORMAT) !== minute) return null;
  const utcMs = asUtc.toMillis();
  const before = readWith(zone.offset(utcMs - BEYOND_OFFSETS_MS), utcMs, zone);
  const after = readWith(zone.offset(utcMs + BEYOND_OFFSETS_MS), utcMs, zone);
  if (before.holds === after.holds) return { beforeMs: before.startMs, afterMs: after.startMs };
  const { startMs } = before.holds ? before : after;
  return { beforeMs: startMs, afterMs: startMs };
}

/**
 * Returns the instant of a wall time, given as UTC, by an offset in minutes, and whether the zone has that offset then.
 */
function readWith(offset: number, utcMs: number, zone: IANAZone): { startMs: number; holds: boolean } {
  const startMs = utcMs - offset * MINUTE_MS;
  return { startMs, holds: zone.offset(startMs) === offset };
}

/** Returns a function that computes each answer once, and forgets them all when there are too many. */
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
