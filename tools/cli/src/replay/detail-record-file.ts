import { createReadStream } from 'node:fs';
import {
  DETAIL_RECORD_COLUMNS,
  type FleetTimeParser,
  parseTime,
  TIME_ALLOWED,
  type WireRecord,
} from '@drivewatch/contracts';
import { detailLineToRecord, type Line, LONGEST_LINE_BYTES, splitLines } from '@drivewatch/detail-records';

/** Where a record comes from. */
export interface RowOrigin {
  /** The file as the user named it. */
  file: string;
  line: number;
}

/** A row that can be replayed. */
export interface RecordedRow extends RowOrigin {
  /** Its `Time`, epoch milliseconds. */
  timeMs: number;
  record: WireRecord;
}

/** A line that holds no record, and the reason. */
export interface BadLine extends RowOrigin {
  reason: string;
}

/** A detail-record file: its name for messages, and where it is. */
export interface DetailRecordFile {
  name: string;
  path: string;
  /** Reads times without an offset, which are those of the fleet's zone. */
  toEpochMs: FleetTimeParser;
}

const CHUNK_BYTES = 256 * 1024;

/**
 * Reads a detail-record file (CSV without a header, UTF-8) in constant memory. Every line is a row of its own; empty
 * lines are no rows.
 */
export async function* readDetailRecords(
  file: DetailRecordFile,
): AsyncGenerator<(RecordedRow | BadLine)[], void> {
  const chunks = createReadStream(file.path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>;
  for await (const lines of splitLines(chunks)) {
    yield lines.filter((line) => line.text !== '').map((line) => toRow(file, line));
  }
}

export function isBadLine(row: RecordedRow | BadLine): row is BadLine {
  return 'reason' in row;
}

function toRow(
  { name: file, toEpochMs }: DetailRecordFile,
  { number: line, text }: Line,
): RecordedRow | BadLine {
  const bad = (reason: string): BadLine => ({ file, line, reason });
  if (text === undefined) return bad(`is longer than ${LONGEST_LINE_BYTES} bytes`);
  const record = detailLineToRecord(text);
  if (typeof record === 'string') return bad(record);
  const timeMs = parseTime(record.Time ?? '', toEpochMs);
  if (timeMs !== null) return { file, line, timeMs, record };
  const column = DETAIL_RECORD_COLUMNS.indexOf('Time') + 1;
  const held = record.Time === undefined ? 'is missing' : `is ${JSON.stringify(record.Time.slice(0, 40))}`;
  return bad(`Time (field ${column}) ${held}; allowed: ${TIME_ALLOWED}`);
}
