import { createReadStream } from 'node:fs';

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

/**
 * Reads a UTF-8 file line by line in flat memory, whatever the file holds: a line beyond `LONGEST_LINE_BYTES` is passed
 * over, not gathered. (`node:readline` would gather it.) Yields the lines in order, those of one chunk together.
 */
export async function* readLines(path: string): AsyncGenerator<Line[]> {
  let number = 0;
  let rest: Buffer = Buffer.alloc(0);
  let overlong = false;
  const toLine = (bytes: Buffer): Line => {
    number += 1;
    const tooLong = overlong || bytes.length > LONGEST_LINE_BYTES;
    overlong = false;
    return { number, text: tooLong ? undefined : decode(bytes, number) };
  };
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      const tail = chunk.subarray(start, end);
      lines.push(toLine(rest.length === 0 ? tail : Buffer.concat([rest, tail])));
      rest = Buffer.alloc(0);
      start = end + 1;
    }
    rest = Buffer.concat([rest, chunk.subarray(start)]);
    if (rest.length > LONGEST_LINE_BYTES) {
      overlong = true;
      rest = Buffer.alloc(0);
    }
    if (lines.length > 0) yield lines;
  }
  if (rest.length > 0 || overlong) yield [toLine(rest)];
}

function decode(bytes: Buffer, number: number): string {
  const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
  // Decoded line by line: a slice of a decoded chunk would keep the whole chunk in memory while its row waits.
  const text = bytes.toString('utf8', 0, end);
  return number === 1 && text.startsWith('\ufeff') ? text.slice(1) : text;
}
