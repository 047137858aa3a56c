/** One line of a text file without its line end; `text` is undefined when the line is too long to be held. */
export interface Line {
  /** Counted from 1. */
  number: number;
  text: string | undefined;
}

/** Longer than any detail record can be: 19 fields, the longest text of 256 characters. */
export const LONGEST_LINE_BYTES = 16 * 1024;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** What the bytes of other encodings become when they are read as UTF-8. */
export const NOT_UTF8 = /\ufffd/;

/**
 * Splits UTF-8 bytes into lines in flat memory, whatever they hold: a line beyond the longest is passed over, not
 * gathered. (`node:readline` would gather it.) Yields the lines in order, those that end in one chunk together, which may be none.
 *
 * @param chunks the bytes; a chunk is not looked at any more once the next one is asked for
 * @param longestLineBytes without its line end
 */
export async function* splitLines(
  chunks: AsyncIterable<Buffer>,
  longestLineBytes = LONGEST_LINE_BYTES,
): AsyncGenerator<Line[], void> {
  let number = 0;
  let rest: Buffer = Buffer.alloc(0);
  let overlong = false;
  const toLine = (bytes: Buffer): Line => {
    number += 1;
    const tooLong = overlong || bytes.length > longestLineBytes;
    overlong = false;
    return { number, text: tooLong ? undefined : decode(bytes, number) };
  };
  for await (const chunk of chunks) {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      const tail = chunk.subarray(start, end);
      lines.push(toLine(rest.length === 0 ? tail : Buffer.concat([rest, tail])));
      rest = Buffer.alloc(0);
      start = end + 1;
    }
    rest = Buffer.concat([rest, chunk.subarray(start)]);
    if (rest.length > longestLineBytes) {
      overlong = true;
      rest = Buffer.alloc(0);
    }
    yield lines;
  }
  if (rest.length > 0 || overlong) yield [toLine(rest)];
}

function decode(bytes: Buffer, number: number): string {
  const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
  // Decoded line by line: a slice of a decoded chunk would keep the whole chunk in memory while its row waits.
  const text = bytes.toString('utf8', 0, end);
  return number === 1 && text.startsWith('\ufeff') ? text.slice(1) : text;
}
