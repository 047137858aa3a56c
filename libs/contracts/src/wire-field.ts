import { z } from 'zod';
import { DRIVER_ID_PATTERN, LIMITS } from './driving-record';

/** Turns `YYYY-MM-DD HH:MM:SS` in the fleet's time zone into epoch milliseconds, or `null` for no such date or time. */
export type FleetTimeParser = (wallTime: string) => number | null;

/** How far a device's clock may be ahead of the server's. */
export const MAX_AHEAD_MS = 24 * 3_600_000;

/** Numbers on the wire, where they are text. */
export const DECIMAL_PATTERN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
/** `Time` on the wall clock of the fleet. */
export const WALL_TIME_PATTERN = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;
/**
 * `Time` with an offset. Not 24:00:00, nor an offset that no place has: `Date.parse` takes both, but nothing else that
 * reads records does.
 */
export const ISO_TIME_PATTERN =
  /^\d{4}-\d{2}-\d{2}T(?!24)\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;
/** Any version of RFC 9562, but not the nil and max UUID, which are no record's own. */
const RECORD_ID_PATTERN =
  /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$/;
const CONTROL_CHARACTERS = /\p{Cc}/u;
const NO_CONTROL_CHARACTERS = '^\\P{Cc}*$';

/** Why a value was not taken; an object rather than an exception, so that bad input stays cheap to refuse. */
class Refused {
  constructor(readonly message: string) {}
}

/** Absent, empty and null mean the same on the wire: the original's client leaves empty columns out. */
const isBlank = (value: unknown): boolean => value === undefined || value === null || value === '';

/** The value as an error message may quote it: never the whole of a hostile one. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}

/** What documents say of a field (JSON Schema 2020-12): `z.toJSONSchema` takes it from here. */
type FieldJsonSchema = Pick<z.core.JSONSchema.JSONSchema, 'anyOf' | 'enum' | 'type' | 'pattern' | 'examples'>;

/** What may stand for a field that is not there. */
const BLANK: FieldJsonSchema = { enum: ['', null] };

/** A wire field: takes anything, and either returns the typed value or says what is wrong and what is allowed. */
function field<T>(description: string, read: (value: unknown) => T | Refused, jsonSchema: FieldJsonSchema) {
  return z
    .unknown()
    .optional()
    .transform((value, context): T => {
      const result = read(value);
      if (!(result instanceof Refused)) return result;
      context.addIssue({ code: 'custom', message: result.message, input: value });
      return z.NEVER;
    })
    .meta({ description, ...jsonSchema });
}

interface Range {
  readonly min: number;
  readonly max: number;
}

function readNumber(value: unknown, { min, max }: Range, unit: string): number | Refused {
  const number = typeof value === 'string' && DECIMAL_PATTERN.test(value) ? Number(value) : value;
  if (typeof number === 'number' && number >= min && number <= max) return number;
  return new Refused(
    `is ${shown(value)}; allowed: a number from ${min} to ${max} (${unit}), as a number or a string`,
  );
}

/** The bounds of a number that is sent as text are in the description alone; JSON Schema has no words for them. */
const numberJsonSchema = ({ min, max }: Range) => [
  { type: 'number', minimum: min, maximum: max } as const,
  { type: 'string', pattern: DECIMAL_PATTERN.source } as const,
];

export const requiredNumber = (range: Range, unit: string) =>
  field(
    `${range.min} to ${range.max} ${unit}`,
    (value) =>
      isBlank(value)
        ? new Refused(`is missing; required: a number from ${range.min} to ${range.max} (${unit})`)
        : readNumber(value, range, unit),
    { anyOf: numberJsonSchema(range) },
  );

export const numberOr = <T extends number | null>(blank: T, range: Range, unit: string) =>
  field(
    `${range.min} to ${range.max} ${unit}; optional`,
    (value): number | T | Refused => (isBlank(value) ? blank : readNumber(value, range, unit)),
    { anyOf: [...numberJsonSchema(range), BLANK] },
  );

export const flag = () =>
  field(
    '1 or 0; absent, empty and 0 mean false',
    (value): boolean | Refused => {
      if (isBlank(value) || value === 0 || value === '0' || value === false) return false;
      if (value === 1 || value === '1' || value === true) return true;
      return new Refused(`is ${shown(value)}; allowed: 1, 0, empty or absent`);
    },
    { enum: [1, 0, '1', '0', true, false, '', null] },
  );

export const text = (maxLength: number) =>
  field(
    `text of at most ${maxLength} characters; optional`,
    (value): string | Refused => {
      if (isBlank(value)) return '';
      const allowed = `allowed: text of at most ${maxLength} characters without control characters`;
      if (typeof value !== 'string') return new Refused(`is ${shown(value)}; ${allowed}`);
      if (value.length > maxLength) return new Refused(`is ${value.length} characters long; ${allowed}`);
      return CONTROL_CHARACTERS.test(value) ? new Refused(`holds a control character; ${allowed}`) : value;
    },
    { anyOf: [{ type: 'string', maxLength, pattern: NO_CONTROL_CHARACTERS }, BLANK] },
  );

export const driverId = () =>
  field(
    'the driver, 1 to 64 characters',
    (value): string | Refused => {
      const allowed =
        '1 to 64 letters, digits, spaces and . _ : @ / # + -, starting with a letter or digit and not ending with a space';
      if (isBlank(value)) return new Refused(`is missing; required: ${allowed}`);
      if (typeof value === 'string' && DRIVER_ID_PATTERN.test(value)) return value;
      return new Refused(`is ${shown(value)}; allowed: ${allowed}`);
    },
    { type: 'string', pattern: DRIVER_ID_PATTERN.source, examples: ['likun1000003'] },
  );

export const recordId = () =>
  field(
    'UUID of the record, the same when it is sent again; optional',
    (value): string | null | Refused => {
      if (isBlank(value)) return null;
      if (typeof value === 'string' && RECORD_ID_PATTERN.test(value)) return value.toLowerCase();
      return new Refused(
        `is ${shown(value)}; allowed: a UUID such as 3f2b8c1e-5d67-4a90-b1c2-d3e4f5a6b7c8, or absent`,
      );
    },
    { anyOf: [{ type: 'string', pattern: RECORD_ID_PATTERN.source }, BLANK] },
  );

export const time = (parseFleetTime: FleetTimeParser, nowMs?: () => number) =>
  field(
    'YYYY-MM-DD HH:MM:SS in the time zone of the fleet, or ISO 8601 with an offset',
    (value): number | Refused => {
      const allowed =
        'YYYY-MM-DD HH:MM:SS in the time zone of the fleet, or ISO 8601 with an offset such as 2017-01-01T08:00:05+08:00, from 1970 to 2099';
      if (isBlank(value)) return new Refused(`is missing; required: ${allowed}`);
      if (typeof value === 'string') {
        const { min, max } = LIMITS.recordedAtMs;
        const epochMs = WALL_TIME_PATTERN.test(value) ? parseFleetTime(value) : parseIsoTime(value);
        if (epochMs !== null && epochMs >= min && epochMs <= max)
          return nowMs === undefined ? epochMs : notTooFarAhead(value, epochMs, nowMs());
      }
      return new Refused(`is ${shown(value)}; allowed: ${allowed}`);
    },
    {
      type: 'string',
      anyOf: [{ pattern: WALL_TIME_PATTERN.source }, { pattern: ISO_TIME_PATTERN.source }],
      examples: ['2017-01-01 08:00:05', '2017-01-01T08:00:05+08:00'],
    },
  );

/** A clock that is far ahead would put its driver's latest speed out of reach of every later record. */
function notTooFarAhead(value: string, epochMs: number, nowMs: number): number | Refused {
  if (epochMs <= nowMs + MAX_AHEAD_MS) return epochMs;
  return new Refused(
    `is ${shown(value)}, more than a day in the future; allowed: at most 24 hours ahead of the server's clock, which is at ${new Date(nowMs).toISOString()}`,
  );
}

/** `Date.parse` rolls 30 February over into March; comparing the day of the month with what was written catches it. */
function parseIsoTime(value: string): number | null {
  if (!ISO_TIME_PATTERN.test(value)) return null;
  const epochMs = Date.parse(value);
  if (Number.isNaN(epochMs)) return null;
  const writtenDay = Number(value.slice(8, 10));
  return new Date(`${value.slice(0, 10)}T00:00:00Z`).getUTCDate() === writtenDay ? epochMs : null;
}
