import type { ProblemCode } from '@drivewatch/contracts';
import { mayHoldMoreValues } from './dense-text';
import { whyUnreadable } from './json-fault';

/** A place in a body where a record should be but none can be read. */
export class UnreadableRecord {
  constructor(
    readonly code: ProblemCode,
    readonly message: string,
  ) {}
}

/** Explains a record whose bytes are no text. */
export const notUtf8 = (): UnreadableRecord => new UnreadableRecord('MALFORMED_JSON', 'is not valid UTF-8');

/** Explains a record whose text could not be parsed. */
export const notJson = (text: string): UnreadableRecord =>
  new UnreadableRecord('MALFORMED_JSON', whyUnreadable(text));

/** Longer text is checked before it is parsed; nearly every record is shorter. */
const UNSEEN_CHARACTERS = 4 * 1024;
/** A record has 22 fields; text with many more values is no record, and it would take milliseconds to say why. */
const MAX_VALUES_OF_RECORD = 1_000;

/** Reads the text, or returns an `UnreadableRecord` if it has too many values to be a record. */
export const readUnlessDense = (text: string, read: (text: string) => unknown): unknown =>
  text.length > UNSEEN_CHARACTERS && mayHoldMoreValues(text, MAX_VALUES_OF_RECORD)
    ? new UnreadableRecord(
        'INVALID_RECORD',
        `holds more than ${MAX_VALUES_OF_RECORD} values; allowed: one driving record, which has 22 fields at most`,
      )
    : read(text);
