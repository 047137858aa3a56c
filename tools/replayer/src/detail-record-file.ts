import { DETAIL_RECORD_COLUMNS, detailRowToWireRecord, type WireRecord } from '@drivewatch/contracts';
import { parse } from 'csv-parse/sync';
import { LONGEST_LINE_BYTES, readLines, type Line } from './line-reader';
import { parseRecordedTime } from './recorded-time';

/** Where a record comes from. */
export interface RowOrigin {
  /** The file as the user named it. */
  file: string;
  line: number;
}

/** A row that can be replayed. */
export interface RecordedRow extends RowOrigin {
  /** Its `Time` as if it were UTC, milliseconds. */
  timeMs: number;
  record: WireRecord;
}

/** A line that holds no record, and why. */
export interface BadLine extends RowOrigin {
  reason: string;
}

/** A detail-record file: its name for messages, and where it is. */
export interface DetailRecordFile {
  name: string;
  path: string;
}

/**
 * Reads a detail-record file (CSV without a header, UTF-8) in flat memory. Every line is a row of its own, because no
 * field of a record may hold a line break; so a stray quote spoils one row and not the rest of the file. Empty lines
 * are no rows.
 */
export async function* readDetailRecords(
  file: DetailRecordFile,
): AsyncGenerator<(RecordedRow | BadLine)[], void> {
  for await (const lines of readLines(file.path)) {
    yield lines.filter((line) => line.text !== '').map((line) => toRow(file.name, line));
  }
}

export function isBadLine(row: RecordedRow | BadLine): row is BadLine {
  return 'reason' in row;
}

function toRow(file: string, { number: line, text }: Line): RecordedRow | BadLine {
  const bad = (reason: string): BadLine => ({ file, line, reason });
  if (text === undefined) return bad(`is longer than ${LONGEST_LINE_BYTES} bytes`);
  if (text.includes('\ufffd')) return bad('is not valid UTF-8');
  const fields = splitFields(text);
  if (fields instanceof Error) return bad(`is not valid CSV: ${fields.message}`);
  const record = detailRowToWireRecord(fields);
  if (typeof record === 'string') return bad(record);
  const timeMs = parseRecordedTime(record.Time ?? '');
  if (timeMs !== undefined) return { file, line, timeMs, record };
  const column = DETAIL_RECORD_COLUMNS.indexOf('Time') + 1;
  const held = record.Time === undefined ? 'is missing' : `is ${JSON.stringify(record.Time.slice(0, 40))}`;
  return bad(`Time (field ${column}) ${held}; allowed: YYYY-MM-DD HH:MM:SS`);
}

/** Only a quote makes a line of CSV more than its commas, and real records have none: the fast path matters. */
function splitFields(text: string): string[] | Error {
  if (!text.includes('"')) return text.split(',');
  try {
    return parse(text, { relax_column_count: true })[0] ?? [];
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
