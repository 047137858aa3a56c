import { isUtf8 } from 'node:buffer';
import { malformedJson, recordTooLarge, tooManyBytesFor } from '../ingestion-errors';
import { ArraySplitter, type ElementRun, hasWholeBrackets, visibleFrom } from './array-splitter';
import { jsonFaultOf } from './json-fault';
import { notJson, notUtf8, readUnlessDense, UnreadableRecord } from './unreadable-record';

export interface JsonArrayOptions {
  /** Parses the text of an element. @throws an error when it is not JSON or tries to set a prototype */
  parseJson: (text: string) => unknown;
  /** Larger elements are refused. */
  maxElementBytes: number;
}

/** Where a run of elements is in the body. */
interface Place {
  /** The index of the run's first element. */
  index: number;
  /** The byte of the body at which the text begins that the run is in. */
  textStart: number;
}

/** Where the structure of an array breaks off, and how. */
class BrokenArray {
  constructor(
    readonly index: number,
    readonly byte: number,
    readonly reason: string,
  ) {}

  get detail(): string {
    return `The JSON array breaks off in record ${this.index}, which begins at byte ${this.byte}: ${this.reason} (records and bytes are counted from 0)`;
  }
}

/**
 * Reads the elements of a JSON array whose text arrives in chunks, in constant memory. Yields them in order, neighbours
 * together; an element that is no record, whether it is no JSON, too large or too full of values, is an
 * `UnreadableRecord`, as long as it is clear where it ends.
 *
 * @throws ProblemError after the last element when the array breaks off, or an element has no end within the limit
 */
export async function* readJsonArray(
  chunks: AsyncIterable<Buffer>,
  options: JsonArrayOptions,
): AsyncGenerator<unknown[], void> {
  const splitter = new ArraySplitter();
  const place: Place = { index: 0, textStart: 0 };
  /** The text from the beginning of the unfinished element on. */
  let rest: Buffer = NO_TEXT;
  for await (const chunk of chunks) {
    const text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (const run of splitter.split(text, rest.length)) {
      yield* elementsOf(text, run, options, place);
      place.index += run.ends.length;
    }
    if (splitter.isBroken) throw malformedJson(brokenAt(splitter, text, place).detail);
    rest = splitter.isOver ? NO_TEXT : text.subarray(splitter.restStart);
    place.textStart += text.length - rest.length;
    if (rest.length > options.maxElementBytes) throw recordTooLarge(options.maxElementBytes);
  }
  if (!splitter.isOver) throw malformedJson(endless(rest, place).detail);
}

/**
 * Checks the structure of an array that is there as a whole, before any element of it is taken.
 *
 * @throws ProblemError when the array breaks off somewhere
 */
export function refuseBrokenArray(text: Buffer, { maxElementBytes }: JsonArrayOptions): void {
  const broken = brokenIn(text, maxElementBytes);
  if (broken !== null) throw malformedJson(broken.detail, { accepted: 0, nextIndex: 0 });
}

function brokenIn(text: Buffer, maxElementBytes: number): BrokenArray | null {
  const splitter = new ArraySplitter();
  const place: Place = { index: 0, textStart: 0 };
  for (const run of splitter.split(text, 0)) {
    let { start } = run;
    for (const end of run.ends) {
      const element = text.subarray(start, end);
      if (element.length <= maxElementBytes && !hasWholeBrackets(element))
        return unbalanced(text, start, end, place);
      place.index += 1;
      start = end + 1;
    }
  }
  if (splitter.isBroken) return brokenAt(splitter, text, place);
  return splitter.isOver
    ? null
    : endless(text.subarray(splitter.restStart), { ...place, textStart: splitter.restStart });
}

const NO_TEXT = Buffer.alloc(0);

/** Says where a splitter has found that the text is no array. */
function brokenAt({ isOver, restStart }: ArraySplitter, text: Buffer, place: Place): BrokenArray {
  const reason = isOver
    ? 'text follows the end of the array'
    : 'it has a closing bracket that closes nothing';
  return new BrokenArray(place.index, place.textStart + visibleFrom(text, restStart), reason);
}

/** Says where an array has begun that has no end. @param rest the unfinished element, which begins at `textStart` */
function endless(rest: Buffer, { index, textStart }: Place): BrokenArray {
  const start = visibleFrom(rest, 0);
  const fault = start === rest.length ? null : jsonFaultOf(rest.toString('utf8', start));
  const reason = `the body ends before the array does${fault === null ? '' : `; the record ${fault}`}`;
  return new BrokenArray(index, textStart + start, reason);
}

/** Says of an element with its bounds that its brackets do not match, so that these may not be its bounds. */
function unbalanced(text: Buffer, from: number, end: number, { index, textStart }: Place): BrokenArray {
  const start = visibleFrom(text, from);
  const fault = jsonFaultOf(text.toString('utf8', start, end));
  return new BrokenArray(index, textStart + start, `its brackets do not match; the record ${fault ?? ''}`);
}

/**
 * Yields the elements of a run, parsed together if all are valid and short, which is several times as fast as one by
 * one.
 *
 * @throws ProblemError after the elements before one whose brackets do not match
 */
function* elementsOf(
  text: Buffer,
  run: ElementRun,
  options: JsonArrayOptions,
  { index, textStart }: Place,
): Generator<unknown[], void> {
  const whole = text.subarray(run.start, run.ends.at(-1));
  if (whole.length <= SHORT_RUN_BYTES && isUtf8(whole)) {
    const elements = parsedOrNull(`[${whole.toString()}]`, options.parseJson);
    // An element that is missing leaves JSON behind where it is the only one.
    if (elements?.length === run.ends.length) {
      yield elements;
      return;
    }
  }
  const elements: unknown[] = [];
  let start = run.start;
  for (const end of run.ends) {
    const element = readElement(text.subarray(start, end), options);
    if (element === null) {
      if (elements.length > 0) yield elements;
      throw malformedJson(unbalanced(text, start, end, { index: index + elements.length, textStart }).detail);
    }
    elements.push(element.value);
    start = end + 1;
  }
  yield elements;
}

/** Reads one element; returns `null` if its brackets do not match. */
function readElement(
  bytes: Buffer,
  { parseJson, maxElementBytes }: JsonArrayOptions,
): { value: unknown } | null {
  if (bytes.length > maxElementBytes) {
    const message = tooManyBytesFor('The record', maxElementBytes);
    return { value: new UnreadableRecord('BODY_TOO_LARGE', message) };
  }
  const isText = isUtf8(bytes);
  const text = bytes.toString();
  try {
    if (isText) return { value: readUnlessDense(text, parseJson) };
  } catch {
    // It is explained below.
  }
  if (!hasWholeBrackets(bytes)) return null;
  return { value: isText ? notJson(text.trim()) : notUtf8() };
}

/** An element in a longer run may have too many values to be parsed. */
const SHORT_RUN_BYTES = 32 * 1024;

function parsedOrNull(text: string, parseJson: JsonArrayOptions['parseJson']): unknown[] | null {
  try {
    return parseJson(text) as unknown[];
  } catch {
    return null;
  }
}
