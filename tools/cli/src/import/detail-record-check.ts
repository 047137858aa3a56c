import { type Line, LONGEST_LINE_BYTES, splitLines } from '@drivewatch/detail-records';
import { type DetailRecordReader, isWrong, type WrongRow } from './detail-record-reader';
import { readHeader } from './header-row';
import { ImportError } from './import-error';
import { layoutAdvice } from './layout-advice';
import { endOfWholeCharacters, refuseNotUtf8, refuseOtherEncodings } from './text-encoding';

const LINE_FEED = 0x0a;
const LOOKED_AT_BYTES = 64 * 1024;
/** How many rows of each file are checked, as far as they are in its first bytes. */
export const LOOKED_AT_ROWS = 100;
/**
 * A file with this share of wrong rows counts as one of another layout, which would make nearly all rows wrong;
 * errors of devices affect fewer.
 */
const OTHER_LAYOUT_SHARE = 0.5;

/** What the first rows of a file show. */
export interface FirstRows {
  /** Bytes before the first row: those of a header, which is not part of the content. */
  readonly headerBytes: number;
  /** The fleet-local days of the records. */
  readonly days: ReadonlySet<string>;
  /** One line saying that some rows are no records, which the summaries job will reject; `null` if all are. */
  readonly warning: string | null;
}

interface WrongLine extends WrongRow {
  readonly number: number;
  readonly text: string;
}

/**
 * Checks the first rows of a content as records. The summaries job reports single wrong rows; if half of them or more
 * are wrong, the layout is a different one.
 *
 * @param name of the file, for the messages
 * @param content without a byte order mark
 * @throws ImportError for another encoding or layout; names the line, what is wrong, and what is allowed
 */
export async function checkFirstRows(
  name: string,
  content: AsyncIterable<Uint8Array>,
  reader: DetailRecordReader,
): Promise<FirstRows> {
  const head = await firstBytes(content);
  if (head.bytes.length === 0) throw new ImportError(`${name}: is empty`);
  refuseOtherEncodings(name, head.bytes);
  refuseNotUtf8(name, head.isWhole ? head.bytes : head.bytes.subarray(0, endOfWholeCharacters(head.bytes)));
  const lines = await rowsOf(head);
  const [first] = lines;
  const header = first?.text === undefined ? null : readHeader(first.text);
  if (first !== undefined && header !== null && header !== 'header')
    throw new ImportError(`${name}: line ${first.number}: ${header.wrong}`);
  const rows = header === 'header' ? lines.slice(1) : lines;
  if (rows.length === 0)
    throw new ImportError(`${name}: holds no rows${header === null ? '' : ' but a header'}`);
  return {
    headerBytes: header === 'header' && first !== undefined ? endOfLine(head.bytes, first.number) : 0,
    ...judge(name, rows.slice(0, LOOKED_AT_ROWS), reader),
  };
}

function judge(
  name: string,
  rows: readonly Line[],
  reader: DetailRecordReader,
): Omit<FirstRows, 'headerBytes'> {
  const days = new Set<string>();
  const wrong: WrongLine[] = [];
  for (const { number, text } of rows) {
    const row =
      text === undefined
        ? { field: '', reason: `is longer than ${LONGEST_LINE_BYTES} bytes`, record: null }
        : reader.read(text);
    if (isWrong(row)) wrong.push({ ...row, number, text: text ?? '' });
    else days.add(reader.dayOf(row));
  }
  const [example] = mostCommon(wrong);
  if (example === undefined) return { days, warning: null };
  const count = `${wrong.length} of its first ${rows.length} rows`;
  const { number, reason } = example;
  if (wrong.length < rows.length * OTHER_LAYOUT_SHARE) {
    const warning = `${name}: ${count} will be rejected by the summaries job; line ${number}: ${reason}`;
    return { days, warning };
  }
  const advice = layoutAdvice(example.text, example.record, example.field);
  throw new ImportError(
    `${name}: line ${number}: ${reason} (${count} are no detail records${advice === null ? '' : `; ${advice}`})`,
  );
}

/**
 * Returns the lines that are wrong in the most common field: they show what is wrong with the layout rather than with
 * one row.
 */
function mostCommon(wrong: readonly WrongLine[]): readonly WrongLine[] {
  const byField = new Map<string, WrongLine[]>();
  for (const row of wrong) byField.set(row.field, [...(byField.get(row.field) ?? []), row]);
  return [...byField.values()].sort((a, b) => b.length - a.length)[0] ?? [];
}

interface Head {
  readonly bytes: Buffer;
  /** Whether these bytes are all of the content. */
  readonly isWhole: boolean;
}

async function firstBytes(content: AsyncIterable<Uint8Array>): Promise<Head> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of content) {
    pieces.push(piece);
    length += piece.length;
    if (length > LOOKED_AT_BYTES) break;
  }
  return { bytes: Buffer.concat(pieces).subarray(0, LOOKED_AT_BYTES), isWhole: length <= LOOKED_AT_BYTES };
}

/** Returns the lines that are complete and not empty. */
async function rowsOf({ bytes, isWhole }: Head): Promise<Line[]> {
  const end = isWhole ? bytes.length : bytes.lastIndexOf(LINE_FEED) + 1;
  const rows: Line[] = [];
  // Without any line end, all of it is one line that is too long.
  for await (const lines of splitLines(once(end === 0 ? bytes : bytes.subarray(0, end))))
    for (const line of lines) if (line.text !== '') rows.push(line);
  return rows;
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer, void> {
  yield await Promise.resolve(bytes);
}

/** Returns where the line after that one begins. */
function endOfLine(bytes: Buffer, number: number): number {
  let end = 0;
  for (let line = 0; line < number; line += 1) end = bytes.indexOf(LINE_FEED, end) + 1;
  return end;
}
