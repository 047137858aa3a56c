import { countCharacters, isLongerThan } from './characters';
import { DRIVER_ID_LENGTH, DRIVER_ID_PATTERN } from './driving-record';
import { blankFault, field, isBlank, Refused, shown } from './wire-field';

const CONTROL_CHARACTERS = /\p{Cc}/u;
/**
 * Matches marks that turn the direction of the text behind them (UAX #9: embeddings, overrides, isolates). They make
 * one name look like another, and do the same to all that follows it on the page.
 */
const DIRECTION_MARKS = /[\u202a-\u202e\u2066-\u2069]/;
/**
 * Matches characters that NFC may change or that are refused. Most names, Latin and Chinese, have none, so that one
 * test is enough for them; reading names is a good part of reading a record.
 */
const UNUSUAL = /[^ -~\u00a0-\u02ff\u4e00-\u9fff]/;
/** The ASCII part of {@link DRIVER_ID_PATTERN}, without spaces. */
const PLAIN_DRIVER_ID = /^[A-Za-z0-9][A-Za-z0-9._:@/#+-]{0,63}$/;
/** No character has more than four parts in any form that NFC composes, nor more than two UTF-16 units in each part. */
const UNITS_PER_CHARACTER = 8;
/**
 * Returns a name as it is compared and stored everywhere: in Unicode's composed form, NFC. Some keyboards and systems
 * send an accent as a character of its own, which looks the same but would be another driver.
 */
export const normaliseName = (name: string): string => (UNUSUAL.test(name) ? name.normalize('NFC') : name);

/**
 * Returns the name in NFC, or says what is wrong with it in any field. A name that must be too long is not normalised,
 * because that takes time by the square of the length of a run of marks.
 */
function readName(value: string, maxLength: number): string | Refused {
  const name = value.length > maxLength * UNITS_PER_CHARACTER ? value : normaliseName(value);
  if (isLongerThan(maxLength, name)) return new Refused(`is ${countCharacters(name)} characters long`);
  const mark = DIRECTION_MARKS.exec(name);
  if (mark === null) return name;
  const codePoint = mark[0].charCodeAt(0).toString(16).toUpperCase();
  return new Refused(`holds U+${codePoint}, which turns the direction of the text`);
}

/** Makes a field of text that may be left out. @param meaning what it names */
export const text = (meaning: string, maxLength: number) =>
  field(
    `${meaning}; text of at most ${maxLength} characters (in NFC), without control characters and direction marks; optional`,
    (value): string | Refused => {
      if (isBlank(value)) return '';
      if (typeof value === 'string' && value.length <= maxLength && !UNUSUAL.test(value)) return value;
      const allowed = `allowed: text of at most ${maxLength} characters without control characters and direction marks`;
      if (typeof value !== 'string') return new Refused(`is ${shown(value)}; ${allowed}`);
      const name = readName(value, maxLength);
      if (name instanceof Refused) return new Refused(`${name.message}; ${allowed}`);
      return CONTROL_CHARACTERS.test(name) ? new Refused(`holds a control character; ${allowed}`) : name;
    },
    { type: 'string', maxLength },
  );

const DRIVER_ID_ALLOWED = `1 to ${DRIVER_ID_LENGTH} letters, digits, combining marks, spaces and . _ : @ / # + -, starting with a letter or digit and not ending with a space`;
/**
 * Makes the field of a driver's id, in NFC. A JSON number counts as its digits, because device IDs (IMEI) are numbers.
 */
export const driverId = () =>
  field(
    `the driver: ${DRIVER_ID_ALLOWED}; a whole number is taken for its digits`,
    (value): string | Refused => {
      if (typeof value === 'string' && PLAIN_DRIVER_ID.test(value)) return value;
      if (isBlank(value)) return new Refused(`${blankFault(value)}; required: ${DRIVER_ID_ALLOWED}`);
      if (typeof value === 'number') return readNumericId(value);
      if (typeof value !== 'string')
        return new Refused(`is ${shown(value)}; allowed: ${DRIVER_ID_ALLOWED}, or a whole number`);
      const id = readName(value, DRIVER_ID_LENGTH);
      if (id instanceof Refused) return new Refused(`${id.message}; allowed: ${DRIVER_ID_ALLOWED}`);
      return DRIVER_ID_PATTERN.test(id)
        ? id
        : new Refused(`is ${shown(value)}; allowed: ${DRIVER_ID_ALLOWED}`);
    },
    { type: 'string', minLength: 1, maxLength: DRIVER_ID_LENGTH, examples: ['likun1000003'] },
  );

function readNumericId(value: number): string | Refused {
  if (Number.isSafeInteger(value) && value >= 0) return String(value);
  if (value > Number.MAX_SAFE_INTEGER)
    return new Refused(
      'is a number beyond 2^53 - 1, of which programs that read JSON do not keep every digit; allowed: the same digits as a string',
    );
  const fault = Number.isInteger(value) ? 'is a negative number' : 'is not a whole number';
  return new Refused(
    `${fault} (${value}); allowed: ${DRIVER_ID_ALLOWED}, or a whole number from 0 to 2^53 - 1`,
  );
}
