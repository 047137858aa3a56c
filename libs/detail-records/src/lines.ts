/** One line of a text file without its line end; `text` is undefined when the line is too long to be held. */
export interface Line {
  /** The number is counted from 1. */
  number: number;
  text: string | undefined;
}

/** This is longer than any detail record: 19 fields, of which the longest has 256 characters. */
export const LONGEST_LINE_BYTES = 16 * 1024;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
/** At most so many lines are yielded together, because a chunk may hold tens of thousands of very short ones. */
const MAX_LINES_TOGETHER = 250;
const NO_BYTES: Buffer = Buffer.alloc(0);

/** Matches what bytes of other encodings become when they are read as UTF-8. */
export const NOT_UTF8 = /\ufffd/;

/**
 * Splits UTF-8 bytes into lines in flat memory, whatever they hold: a line beyond the longest is skipped, while
 * `node:readline` would collect it. Yields the lines in order, up to 250 of one chunk together, which may be none;
 * blank lines, of spaces and tabs, are counted and left out.
 *
 * @param chunks the bytes; a chunk is no longer read once the next one is requested
 * @param longestLineBytes the limit, without the line end
 */
export async function* splitLines(
  chunks: AsyncIterable<Buffer>,
  longestLineBytes = LONGEST_LINE_BYTES,
): AsyncGenerator<Line[], void> {
  let number = 0;
  let rest = NO_BYTES;
  let overlong = false;
  const toLine = (bytes: Buffer, start: number, end: number): Line => {
    number += 1;
    const tooLong = overlong || end - start > longestLineBytes;
    overlong = false;
    return { number, text: tooLong ? undefined : decode(bytes, start, end, number) };
  };
  for await (const chunk of chunks) {
    /** Counts blank lines, of which a hostile body may have millions. @returns where the line after them begins */
    const passBlankLines = (from: number): number => {
      let begin = from;
      for (let index = from; isBlank(chunk[index]); index += 1) {
        if (chunk[index] !== LINE_FEED) continue;
        number += 1;
        begin = index + 1;
      }
      return begin;
    };
    let lines: Line[] = [];
    let start = rest.length === 0 && !overlong ? passBlankLines(0) : 0;
    for (let end = chunk.indexOf(LINE_FEED, start); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      if (rest.length === 0) {
        lines.push(toLine(chunk, start, end));
      } else {
        const whole = Buffer.concat([rest, chunk.subarray(start, end)]);
        lines.push(toLine(whole, 0, whole.length));
        rest = NO_BYTES;
      }
      start = passBlankLines(end + 1);
      if (lines.length < MAX_LINES_TOGETHER) continue;
      yield lines;
      lines = [];
    }
    rest = Buffer.concat([rest, chunk.subarray(start)]);
    if (rest.length > longestLineBytes) {
      overlong = true;
      rest = NO_BYTES;
    }
    yield lines;
  }
  if (rest.length > 0 || overlong) yield [toLine(rest, 0, rest.length)];
}

const isBlank = (byte: number | undefined): boolean =>
  byte === SPACE || byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === TAB;

function decode(bytes: Buffer, start: number, end: number, number: number): string {
  const isBeforeReturn = end > start && bytes[end - 1] === CARRIAGE_RETURN;
  // Each line is decoded by itself: a slice of a decoded chunk would keep the whole chunk in memory while its row
  // waits.
  const text = bytes.toString('utf8', start, isBeforeReturn ? end - 1 : end);
  return number === 1 && text.startsWith('\ufeff') ? text.slice(1) : text;
}
