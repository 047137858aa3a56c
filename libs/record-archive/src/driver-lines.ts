import { normaliseName } from '@drivewatch/contracts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const COMMA = 0x2c;
const QUOTE = 0x22;
const SPACE = 0x20;
/** The first field of any record ends within so many bytes: an ID has 64 characters. */
const HEAD_BYTES = 2_048;
/** A longer line, which is no record, is passed on in parts. */
const LONGEST_HELD = 1024 * 1024;
const NO_BYTES: Buffer = Buffer.alloc(0);

/** A line with its end, or a part of a very long one. */
export interface Piece {
  readonly bytes: Buffer;
  /** Whether the line is the driver's. */
  readonly isOf: boolean;
  /** Whether a line begins with it. */
  readonly begins: boolean;
}

/** Tells one driver's lines of detail-record CSV from all others, byte for byte, in flat memory whatever a file holds. */
export class DriverLines {
  private readonly name: Buffer;

  /** @param driverId in the form in which records have it */
  constructor(private readonly driverId: string) {
    this.name = Buffer.from(driverId);
  }

  /**
   * Whether a line is the driver's, be it a record or not: its first field is the name, in quotes or not, in whatever
   * Unicode form, with spaces around it or not.
   */
  isOf(line: Buffer): boolean {
    const { name } = this;
    const first = line[0];
    if (
      first === name[0] &&
      isEnd(line[name.length]) &&
      line.compare(name, 0, name.length, 0, name.length) === 0
    )
      return true;
    for (let at = 0; at < line.length && at < HEAD_BYTES; at += 1) {
      const byte = line[at];
      if (byte === COMMA || byte === LINE_FEED) return false;
      if (byte === undefined || byte >= 0x80 || byte <= SPACE || byte === QUOTE) break;
    }
    return firstField(line.toString('utf8', 0, Math.min(line.length, HEAD_BYTES))) === this.driverId;
  }

  /** Splits bytes into lines; all pieces together are the bytes. Yields those of one chunk together. */
  async *split(chunks: AsyncIterable<Buffer>): AsyncGenerator<Piece[], void> {
    let rest: Buffer = NO_BYTES;
    /** Whose line it is of which a part was passed on. */
    let passedOn: boolean | null = null;
    const pieceOf = (bytes: Buffer): Piece => ({
      ...{ bytes, isOf: passedOn ?? this.isOf(bytes), begins: passedOn === null },
    });
    for await (const chunk of chunks) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const pieces: Piece[] = [];
      let start = 0;
      for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
        pieces.push(pieceOf(bytes.subarray(start, end + 1)));
        passedOn = null;
        start = end + 1;
      }
      rest = bytes.subarray(start);
      if (rest.length > LONGEST_HELD) {
        const piece = pieceOf(rest);
        pieces.push(piece);
        passedOn = piece.isOf;
        rest = NO_BYTES;
      }
      yield pieces;
    }
    if (rest.length > 0) yield [pieceOf(rest)];
  }

  /** The bytes without the driver's lines. */
  async *without(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
    for await (const pieces of this.split(chunks))
      yield Buffer.concat(pieces.filter(({ isOf }) => !isOf).map(({ bytes }) => bytes));
  }
}

const isEnd = (byte: number | undefined): boolean =>
  byte === undefined || byte === COMMA || byte === LINE_FEED || byte === CARRIAGE_RETURN;

const QUOTED = /^"((?:[^"]|"")*)"/;

/** The first field, of which a quote that is not closed makes nothing else. */
function firstField(head: string): string {
  const text = head.replace(/^\ufeff/, '').trimStart();
  const [, quoted] = QUOTED.exec(text) ?? [];
  const field = quoted?.replaceAll('""', '"') ?? text.split(/[,\r\n]/, 1)[0]?.replace(/^"/, '') ?? '';
  return normaliseName(field.trim());
}
