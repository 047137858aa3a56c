import { DETAIL_RECORD_COLUMNS, SHORT_ROW_FIELDS } from '@drivewatch/contracts';

/** A row of CSV as it was sent; `text` is undefined when it is too long to be held. */
export interface CsvRow {
  readonly text: string | undefined;
  /** Whether a quoted field goes on over the end of a line. */
  readonly hasLineBreak?: boolean;
}

/**
 * Makes rows of the lines of an upload. A field in quotes may go on over line ends (RFC 4180); no record may have such a
 * field, but the lines count as one row, so that every later row keeps its index. Yet a stray quote spoils one row only:
 * where no line closes it before the end, the limit or a line that is a whole row by itself, each line is a row.
 *
 * @param lines groups of lines, in order
 * @param maxBytes the largest size of a row
 */
export async function* csvRows(
  lines: AsyncIterable<readonly CsvRow[]>,
  maxBytes: number,
): AsyncGenerator<CsvRow[]> {
  const joiner = new LineJoiner(maxBytes);
  for await (const group of lines) {
    const rows: CsvRow[] = [];
    for (const line of group) joiner.add(line, rows);
    yield rows;
  }
  yield joiner.takeOpen();
}

class LineJoiner {
  /** The lines since the one that has left a quote open. */
  private open: CsvRow[] = [];
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** @param rows receives the rows that are whole now */
  add(line: CsvRow, rows: CsvRow[]): void {
    const { text } = line;
    if (this.open.length > 0) {
      this.bytes += 1 + (text === undefined ? Infinity : Buffer.byteLength(text));
      if (text !== undefined && this.bytes <= this.maxBytes && !isWholeRow(text)) {
        this.open.push(line);
        if (leavesQuoteOpen(text, true)) return;
        this.open = [];
        rows.push({ text: '', hasLineBreak: true });
        return;
      }
      for (const row of this.takeOpen()) rows.push(row);
    }
    if (text === undefined || !leavesQuoteOpen(text, false)) {
      rows.push(line);
      return;
    }
    this.open.push(line);
    this.bytes = Buffer.byteLength(text);
  }

  /** Returns the open lines as rows by themselves. */
  takeOpen(): CsvRow[] {
    const { open } = this;
    this.open = [];
    return open;
  }
}

const FULL_ROW_FIELDS = DETAIL_RECORD_COLUMNS.length;
/** A full row may end with a comma. */
const WHOLE_ROWS: readonly number[] = [SHORT_ROW_FIELDS, FULL_ROW_FIELDS, FULL_ROW_FIELDS + 1];

/** Matches a field and what ends it; a quote in a field without quotes around it, or behind them, is a fault. */
const FIELD = /(?:"(?:[^"]|"")*"|[^",]*)(,|$)/y;

function isWholeRow(text: string): boolean {
  if (!text.includes('"')) return WHOLE_ROWS.includes(text.split(',', FULL_ROW_FIELDS + 2).length);
  FIELD.lastIndex = 0;
  for (let fields = 1; fields <= FULL_ROW_FIELDS + 1; fields += 1) {
    const found = FIELD.exec(text);
    if (found === null) return false;
    if (found[1] === '') return WHOLE_ROWS.includes(fields);
  }
  return false;
}

/** Tells whether a line ends within quotes. @param isQuoted whether it begins within them */
function leavesQuoteOpen(text: string, isQuoted: boolean): boolean {
  // Nearly no line has a quote.
  if (!text.includes('"')) return isQuoted;
  let isInside = isQuoted;
  let isFieldStart = !isQuoted;
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (!isInside) {
      isInside = isFieldStart && char === '"';
      isFieldStart = char === ',';
    } else if (char === '"') {
      // A quote that is doubled stands for itself.
      if (text.charAt(index + 1) === '"') index += 1;
      else isInside = false;
    }
  }
  return isInside;
}
