import { isUtf8 } from 'node:buffer';
import { malformedJson, recordTooLarge } from '../ingestion-errors';
import { ArraySplitter, type ElementRun } from './array-splitter';
import { readUnlessDense } from './unreadable-record';

export interface JsonArrayOptions {
  /** Parses the text of an element. @throws an error when it is not JSON or tries to set a prototype */
  parseJson: (text: string) => unknown;
  /** Larger elements are refused. */
  maxElementBytes: number;
}

/**
 * Reads the elements of a JSON array whose text arrives in chunks, in constant memory. Yields them in order, neighbours
 * together; an element with too many values to be a record is an `UnreadableRecord`.
 *
 * @throws ProblemError after the last good element when the text is no JSON array, tries to set `__proto__`, or has an
 * element that is too large
 */
export async function* readJsonArray(
  chunks: AsyncIterable<Buffer>,
  options: JsonArrayOptions,
): AsyncGenerator<unknown[], void> {
  const splitter = new ArraySplitter();
  /** The text from the beginning of the unfinished element on. */
  let rest: Buffer = NO_TEXT;
  for await (const chunk of chunks) {
    const text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (const run of splitter.split(text, rest.length)) yield* elementsOf(text, run, options);
    if (splitter.isBroken) throw noArray();
    rest = splitter.isOver ? NO_TEXT : text.subarray(splitter.restStart);
    if (rest.length > options.maxElementBytes) throw recordTooLarge(options.maxElementBytes);
  }
  if (!splitter.isOver) throw noArray();
}

const NO_TEXT = Buffer.alloc(0);

const noArray = (): Error =>
  malformedJson('The body is not a JSON array of driving records from here on (nextIndex)');

/**
 * Yields the elements of a run, parsed together if all are valid and short, which is several times as fast as one by
 * one.
 */
function* elementsOf(text: Buffer, run: ElementRun, options: JsonArrayOptions): Generator<unknown[], void> {
  const whole = text.subarray(run.start, run.ends.at(-1));
  if (whole.length <= SHORT_RUN_BYTES && isUtf8(whole)) {
    const elements = parsedOrNull(`[${whole.toString()}]`, options.parseJson);
    if (elements !== null) {
      yield elements;
      return;
    }
  }
  const elements: unknown[] = [];
  let failure: Error | null = null;
  let start = run.start;
  for (const end of run.ends) {
    failure = end - start > options.maxElementBytes ? recordTooLarge(options.maxElementBytes) : null;
    try {
      const element = text.subarray(start, end);
      if (failure === null && isUtf8(element))
        elements.push(readUnlessDense(element.toString(), options.parseJson));
      else failure ??= noArray();
    } catch {
      failure = noArray();
    }
    if (failure !== null) break;
    start = end + 1;
  }
  if (elements.length > 0) yield elements;
  if (failure !== null) throw failure;
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
