import { LIMITS } from './driving-record';
import { blankFault, field, isBlank, Refused, shown } from './wire-field';

/**
 * Turns `YYYY-MM-DD HH:MM:SS` in the fleet's time zone into epoch milliseconds, or into `null` if there is no such date
 * or time. Where a clock change allows two readings, the one nearer to `nearMs` is meant. `createFleetClock` of
 * libs/detail-records makes such a parser.
 */
export type FleetTimeParser = (wallTime: string, nearMs?: number) => number | null;

/** How far a device's clock may be ahead of the server's. */
export const MAX_AHEAD_MS = 24 * 3_600_000;

/** Matches a `Time` on the fleet's wall clock. */
export const WALL_TIME_PATTERN = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;
/**
 * Matches a `Time` with an offset, in ISO 8601 as RFC 3339 and the standard libraries of languages write it: a space or a
 * `t` may stand for the `T`, a `z` for the `Z`, and a comma for the point. Seconds may be left out, and so may the
 * minutes of the offset or its colon. It excludes 24:00:00 and offsets that no place has, because readers of records do
 * not agree on them.
 */
export const ISO_TIME_PATTERN =
  /^\d{4}-\d{2}-\d{2}[Tt ](?!24)\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:[Zz]|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)$/;

/**
 * Matches what looks like a `Time`, for the documents: every language reads such a plain pattern. It matches more than
 * the two above.
 */
const DOCUMENTED_PATTERN =
  '^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)?$';

/** The forms of a `Time`, as errors name them. */
export const TIME_ALLOWED =
  'YYYY-MM-DD HH:MM:SS in the time zone of the fleet, or ISO 8601 with an offset such as 2017-01-01T08:00:05+08:00 (a space may stand for the T), from 1970 to 2099';

/**
 * Makes the field of a record's time.
 *
 * @param arrivalMs returns when the record arrives, in epoch milliseconds; without it, any time is accepted
 */
export const time = (parseFleetTime: FleetTimeParser, arrivalMs?: () => number) =>
  field(
    'When the vehicle took the record, at most a day ahead of the server: YYYY-MM-DD HH:MM:SS in the time zone of the fleet, or ISO 8601 with an offset (a space may stand for the T, seconds may be left out or have a fraction, the offset is +08:00, +0800, +08 or Z); better with an offset, because an hour occurs twice when clocks go back',
    (value): number | Refused => {
      if (isBlank(value)) return new Refused(`${blankFault(value)}; required: ${TIME_ALLOWED}`);
      if (typeof value === 'string') {
        const { min, max } = LIMITS.recordedAtMs;
        const nowMs = arrivalMs?.();
        const epochMs = parseTime(value, parseFleetTime, nowMs);
        if (epochMs !== null && epochMs >= min && epochMs <= max)
          return nowMs === undefined ? epochMs : notTooFarAhead(value, epochMs, nowMs);
      }
      return new Refused(`is ${shown(value)}; allowed: ${TIME_ALLOWED}`);
    },
    {
      type: 'string',
      pattern: DOCUMENTED_PATTERN,
      examples: ['2017-01-01T08:00:05+08:00', '2017-01-01 08:00:05'],
    },
  );

/** A clock that is far ahead would put its driver's latest speed out of reach of every later record. */
function notTooFarAhead(value: string, epochMs: number, nowMs: number): number | Refused {
  if (epochMs <= nowMs + MAX_AHEAD_MS) return epochMs;
  return new Refused(
    `is ${shown(value)}, more than a day in the future; allowed: at most 24 hours ahead of the server's clock, which is at ${new Date(nowMs).toISOString()}`,
  );
}

/**
 * Reads a `Time` in any of its forms.
 *
 * @param nearMs epoch milliseconds near which a wall time is that a clock change repeats or skips
 * @returns epoch milliseconds, or `null` if there is no such date or time
 */
export const parseTime = (value: string, parseFleetTime: FleetTimeParser, nearMs?: number): number | null =>
  WALL_TIME_PATTERN.test(value) ? parseFleetTime(value, nearMs) : parseIsoTime(value);

/** Reads an ISO time. `Date.parse` knows neither the short forms nor second 60, and takes 30 February for 2 March. */
function parseIsoTime(value: string): number | null {
  if (!ISO_TIME_PATTERN.test(value)) return null;
  const year = twoDigits(value, 0) * 100 + twoDigits(value, 2);
  const month = twoDigits(value, 5);
  const hasSeconds = value[16] === ':';
  const hours = twoDigits(value, 11);
  const minutes = twoDigits(value, 14);
  const seconds = hasSeconds ? twoDigits(value, 17) : 0;
  if (month < 1 || month > 12 || hours > 23 || minutes > 59 || seconds > 60) return null;
  const dayMs = Date.UTC(year, month - 1, twoDigits(value, 8));
  // A day outside of its month does not exist; `Date.UTC` takes the years 0 to 99 for those of the 20th century.
  if (year < 100 || dayMs < Date.UTC(year, month - 1, 1) || dayMs >= Date.UTC(year, month, 1)) return null;
  const offsetAt = isUtc(value, value.length - 1) ? value.length - 1 : offsetStart(value);
  // Without a fraction, the offset follows the seconds.
  const fraction = hasSeconds && offsetAt > 19 ? value.slice(20, Math.min(23, offsetAt)) : '';
  const localMs = dayMs + ((hours * 60 + minutes) * 60 + seconds) * 1000 + Number(fraction.padEnd(3, '0'));
  return localMs - offsetMinutes(value, offsetAt) * 60_000;
}

const DIGIT_ZERO = 48;
const twoDigits = (value: string, at: number): number =>
  (value.charCodeAt(at) - DIGIT_ZERO) * 10 + value.charCodeAt(at + 1) - DIGIT_ZERO;

const isUtc = (value: string, at: number): boolean => value[at] === 'Z' || value[at] === 'z';

const offsetStart = (value: string): number => Math.max(value.lastIndexOf('+'), value.lastIndexOf('-'));

/** Returns the minutes that `+08:00`, `+0800`, `+08` or `Z` stand for. */
function offsetMinutes(value: string, at: number): number {
  if (isUtc(value, at)) return 0;
  const withoutColon = at + 3 + (value[at + 3] === ':' ? 1 : 0);
  const minutes = withoutColon < value.length ? twoDigits(value, withoutColon) : 0;
  const size = twoDigits(value, at + 1) * 60 + minutes;
  return value[at] === '-' ? -size : size;
}
