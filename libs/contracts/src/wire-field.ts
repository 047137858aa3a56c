import * as z from 'zod';

/** Matches a number that is sent as text. */
export const DECIMAL_PATTERN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
/** Matches any UUID version of RFC 9562, but not the nil and max UUIDs, which no record has as its own. */
const RECORD_ID_PATTERN =
  /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$/;

/** The reason why a value was not taken. An object, unlike an exception, keeps bad input cheap to refuse. */
export class Refused {
  constructor(readonly message: string) {}
}

/** Absent, empty and null mean the same on the wire, because the original system's client leaves empty columns out. */
export const isBlank = (value: unknown): value is Blank =>
  value === undefined || value === null || value === '';
export type Blank = undefined | null | '';

/** Says in which way a required field is blank, since its sender has to look for each in another place. */
export function blankFault(value: Blank): string {
  if (value === undefined) return 'is missing';
  return value === null ? 'is null' : 'is empty';
}

/** An error quotes no more than this of a text. */
const SHOWN_LENGTH = 40;
const FIRST_LOW_SURROGATE = 0xdc00;
const LAST_LOW_SURROGATE = 0xdfff;

/** Returns the beginning of a long text; it never ends in the middle of a character. */
function beginning(text: string): string {
  const next = text.charCodeAt(SHOWN_LENGTH);
  const isPair = next >= FIRST_LOW_SURROGATE && next <= LAST_LOW_SURROGATE;
  return text.slice(0, isPair ? SHOWN_LENGTH - 1 : SHOWN_LENGTH);
}

/** Returns the value as an error message may quote it: a hostile value never appears in full. */
export function shown(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > SHOWN_LENGTH ? `${beginning(value)}…` : value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}

/**
 * The JSON Schema (2020-12) of a field for the documents; `z.toJSONSchema` takes it from here. It is one plain type,
 * because generators of clients make code from it that does not compile, or takes anything, where there are
 * alternatives. Descriptions say which other forms the server takes.
 */
type FieldJsonSchema = Pick<
  z.core.JSONSchema.JSONSchema,
  'type' | 'format' | 'pattern' | 'minimum' | 'maximum' | 'minLength' | 'maxLength' | 'examples'
>;

/** Makes a wire field, which takes any value and returns the typed value or says what is wrong and what is allowed. */
export function field<T>(
  description: string,
  read: (value: unknown) => T | Refused,
  jsonSchema: FieldJsonSchema,
) {
  return z
    .unknown()
    .optional()
    .transform((value, context): T => {
      const result = read(value);
      if (!(result instanceof Refused)) return result;
      // Checking goes on, so that whatever the record as a whole lacks is reported as well.
      context.addIssue({ code: 'custom', message: result.message, input: value, continue: true });
      return z.NEVER;
    })
    .meta({ description, ...jsonSchema });
}

/** Unlike in a flag, 0 in a number is a value. */
const ABSENT_NUMBER = 'Optional: empty, null and absent mean none; 0 is a value';

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

/**
 * Makes a number field that may be missing, or below its range, in some records; code that sees the whole record
 * decides in which. Values above the range, and those that are no numbers, are refused.
 */
export function numberFromAnyBelow(range: Range, unit: string, note: string) {
  const fromAnyBelow = { min: -Infinity, max: range.max };
  return field(
    `${range.min} to ${range.max} ${unit}; ${note}`,
    (value): number | Blank | Refused => {
      if (isBlank(value)) return value;
      const number = readNumber(value, fromAnyBelow, unit);
      return number instanceof Refused ? readNumber(value, range, unit) : number;
    },
    { type: 'number', maximum: range.max },
  );
}

/** Makes a number field that may be left out. @param note what it means, and when to send it */
export const numberOr = <T extends number | null>(blank: T, range: Range, unit: string, note: string) =>
  field(
    `${range.min} to ${range.max} ${unit}; ${note}. ${ABSENT_NUMBER}`,
    (value): number | T | Refused => (isBlank(value) ? blank : readNumber(value, range, unit)),
    { type: 'number', minimum: range.min, maximum: range.max },
  );

/** Makes a field that says whether something happened. @param meaning what, and when to send it */
export const flag = (meaning: string) =>
  field(
    `${meaning}. 1 or true; 0, false, empty, null and absent all mean that it is not set`,
    (value): boolean | Refused => {
      if (isBlank(value) || value === 0 || value === '0' || value === false) return false;
      if (value === 1 || value === '1' || value === true) return true;
      return new Refused(`is ${shown(value)}; allowed: 1, 0, empty or absent`);
    },
    { type: 'integer', minimum: 0, maximum: 1 },
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
    { type: 'string', format: 'uuid' },
  );
