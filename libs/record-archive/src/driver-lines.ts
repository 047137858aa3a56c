import { normaliseName } from '@drivewatch/contracts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const COMMA = 0x2c;
const QUOTE = 0x22;
const SPACE = 0x20;
/** The first field of any record ends within this many bytes: an ID has 64 characters. */
const HEAD_BYTES = 2_048;
/** A longer line, which cannot be a record, is passed on in parts. */
const LONGEST_HELD = 1024 * 1024;
const NO_BYTES: Buffer = Buffer.alloc(0);

/** A line with its end, or a part of a very long one. */
export interface Piece {
  readonly bytes: Buffer;
  /** True if the line is the driver's. */
  readonly isOf: boolean;
  /** True if a line begins with this piece. */
  readonly begins: boolean;
}

/** Tells one driver's lines of detail-record CSV from all others, byte for byte, in flat memory whatever a file holds. */
export class DriverLines {
  private readonly name: Buffer;

  /** @param driverId in the form that records have */
  constructor(private readonly driverId: string) {
    this.name = Buffer.from(driverId);
  }

  /**
   * Returns whether a line is the driver's, even if it is no record: its first field is the name, with or without
   * quotes and spaces around it, in any Unicode form.
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

  /** Splits bytes into lines; all pieces together are the bytes. It yields those of one chunk together. */
  async *split(chunks: AsyncIterable<Buffer>): AsyncGenerator<Piece[], void> {
    let rest: Buffer = NO_BYTES;
    /** Says whether the line of which a part was passed on is the driver's. */
    let passedOn: boolean | null = null;
    const pieceOf = (bytes: Buffer): Piece => ({
      bytes,
      isOf: passedOn ?? this.isOf(bytes),
      begins: passedOn === null,
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

  /** Yields the bytes without the driver's lines. */
  async *without(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
    for await (const pieces of this.split(chunks))
      yield Buffer.concat(pieces.filter(({ isOf }) => !isOf).map(({ bytes }) => bytes));
  }
}

const isEnd = (byte: number | undefined): boolean =>
  byte === undefined || byte === COMMA || byte === LINE_FEED || byte === CARRIAGE_RETURN;

const QUOTED = /^"((?:[^"]|"")*)"/;

/** Returns the first field; a quote that is not closed stays part of it. */
function firstField(head: string): string {
  const text = head.replace(/^\ufeff/, '').trimStart();
  const [, quoted] = QUOTED.exec(text) ?? [];
  const field = quoted?.replaceAll('""', '"') ?? text.split(/[,\r\n]/, 1)[0]?.replace(/^"/, '') ?? '';
  return normaliseName(field.trim());
}
