import { isUtf8 } from 'node:buffer';
import { ImportError } from './import-error';

const LINE_FEED = 0x0a;
/** A character in UTF-8 has at most this many bytes (RFC 3629). */
const LONGEST_CHARACTER_BYTES = 4;
/** Every second byte of digits and commas is 0 in UTF-16; text in UTF-8 has none. */
const UTF16_ZEROS_SHARE = 0.1;

/** The first bytes of files that are no text, with the names of their formats. */
const NO_TEXT: readonly (readonly [signature: readonly number[], name: string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], 'an Excel workbook or a ZIP archive'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'an Excel workbook of before 2007'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF'],
];
/** Matches text as Windows saves it in Chinese, one character per byte: ASCII, and the pairs of GB/T 2312. */
const GBK = /^(?:\p{ASCII}|[\xa1-\xf7][\xa1-\xfe])+$/u;
/** The same for Western Europe: ASCII and letters; those from \x80 to \x9f are where Windows-1252 has them. */
const WESTERN = /^[\p{ASCII}\x80\x8a\x8c\x8e\x9a\x9c\x9e\x9f\xa0-\xff]+$/u;
const ADVICE = 'save it as "CSV UTF-8" and import it again';

/**
 * Checks the first bytes of a file for formats that are no text, and for encodings that looking at single rows would
 * not reveal: rows in UTF-16 are no longer rows.
 *
 * @param name of the file, for the message
 * @throws ImportError
 */
export function refuseOtherEncodings(name: string, head: Uint8Array): void {
  const [, kind] = NO_TEXT.find(([signature]) => signature.every((byte, n) => head[n] === byte)) ?? [];
  if (kind !== undefined) throw new ImportError(`${name}: line 1: is ${kind}; ${ADVICE}`);
  const byteOrder = utf16ByteOrder(head);
  if (byteOrder === undefined) return;
  throw new ImportError(
    `${name}: line 1: is text in UTF-16 (${byteOrder} endian); allowed: UTF-8, with or without a byte order mark; ${ADVICE}`,
  );
}

/** Returns the byte order, from the byte order mark or else from the position of the zeros. */
function utf16ByteOrder(head: Uint8Array): 'little' | 'big' | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'little';
  if (head[0] === 0xfe && head[1] === 0xff) return 'big';
  const zeros = [0, 0];
  head.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  if (even + odd <= head.length * UTF16_ZEROS_SHARE) return undefined;
  return odd > even ? 'little' : 'big';
}

/**
 * Passes a content on unchanged, and checks that all of it is UTF-8: bytes of another encoding may occur in a row far
 * behind the first ones, and every such row would be missing from the summaries.
 *
 * @param name of the file, for the message
 * @throws ImportError that names the line
 */
export async function* requireUtf8(
  name: string,
  content: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void> {
  let line = 1;
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of content) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const end = endOfWholeCharacters(bytes);
    const whole = bytes.subarray(0, end);
    refuseNotUtf8(name, whole, line);
    line += countLineFeeds(whole);
    rest = bytes.subarray(end);
    yield piece;
  }
  refuseNotUtf8(name, rest, line);
}

/**
 * @param name of the file, for the message
 * @param firstLine number of the line that the bytes begin in
 * @throws ImportError that names the line
 */
export function refuseNotUtf8(name: string, bytes: Uint8Array, firstLine = 1): void {
  if (!isUtf8(bytes)) throw notUtf8(name, bytes, firstLine);
}

/** Returns where the last complete character ends; a piece may end in the middle of one. */
export function endOfWholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back < LONGEST_CHARACTER_BYTES && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

function countLineFeeds(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) count += 1;
  return count;
}

function notUtf8(name: string, bytes: Uint8Array, firstLine: number): ImportError {
  let start = 0;
  for (let number = firstLine; ; number += 1) {
    const lineFeed = bytes.indexOf(LINE_FEED, start);
    const line = Buffer.from(bytes.subarray(start, lineFeed < 0 ? bytes.length : lineFeed));
    if (lineFeed >= 0 && isUtf8(line)) {
      start = lineFeed + 1;
      continue;
    }
    const byte = line[Buffer.byteLength(line.toString().split('\ufffd', 1)[0] ?? '')] ?? 0;
    const guess = likelyEncoding(line);
    return new ImportError(
      `${name}: line ${number}: is not UTF-8 (byte 0x${byte.toString(16).toUpperCase().padStart(2, '0')})` +
        `${guess === undefined ? '' : `, it looks like ${guess}`}; allowed: UTF-8, with or without a byte order mark; ${ADVICE}`,
    );
  }
}

/** Returns the encoding that a line is likely to be in, for advice only. */
function likelyEncoding(line: Uint8Array): string | undefined {
  const bytes = Buffer.from(line).toString('latin1');
  if (GBK.test(bytes)) return 'GBK';
  return WESTERN.test(bytes) ? 'Latin-1 (Windows-1252)' : undefined;
}
