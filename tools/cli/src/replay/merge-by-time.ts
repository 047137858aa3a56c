import TinyQueue from 'tinyqueue';
import { isBadLine, readDetailRecords, type BadLine, type RecordedRow } from './detail-record-file';
import type { FileSurvey } from './survey';

export interface MergeOptions {
  /** The most rows held back to put them in order. */
  maxBuffered: number;
  onBadLine: (line: BadLine) => void;
}

/** A file is too far out of order to be sorted while it is read; the message says where, and what to do. */
export class TooFarOutOfOrderError extends Error {
  override readonly name = 'TooFarOutOfOrderError';
}

interface WaitingRow {
  row: RecordedRow;
  fileIndex: number;
}

/**
 * Rows are ordered by time; those of the same moment stay in the order of the files and, within a file, of its lines.
 */
const inOrder = (a: WaitingRow, b: WaitingRow): number =>
  a.row.timeMs - b.row.timeMs || a.fileIndex - b.fileIndex || a.row.line - b.row.line;

/**
 * Yields the rows of all files in chronological order. The files are almost in order themselves, and the survey knows
 * how late the latest row comes: once a file has been read up to a time, nothing older than that time minus its
 * lateness can follow. Rows wait in a heap until that is true of every file, which limits memory to the rows of that
 * span.
 *
 * @throws TooFarOutOfOrderError when more than `maxBuffered` rows would have to wait
 */
export async function* mergeByTime(
  surveys: readonly FileSurvey[],
  options: MergeOptions,
): AsyncGenerator<RecordedRow> {
  const cursors = surveys.map((survey, fileIndex) => new FileCursor(survey, fileIndex, options.onBadLine));
  const waiting = new TinyQueue<WaitingRow>([], inOrder);
  try {
    for (;;) {
      const first = waiting.peek();
      const blocking = cursors.find((cursor) => !cursor.ended && cursor.mayPrecede(first));
      if (blocking === undefined) {
        if (first === undefined) return;
        waiting.pop();
        yield first.row;
        continue;
      }
      const row = await blocking.next();
      if (row !== undefined) waiting.push({ row, fileIndex: blocking.fileIndex });
      if (waiting.length > options.maxBuffered) throw tooFarOutOfOrder(surveys, options.maxBuffered);
    }
  } finally {
    await Promise.all(cursors.map((cursor) => cursor.close()));
  }
}

/** Reads one file row by row and knows what can still come. */
class FileCursor {
  ended = false;
  private readMs = -Infinity;
  private batch: (RecordedRow | BadLine)[] = [];
  private position = 0;
  private readonly batches: AsyncGenerator<(RecordedRow | BadLine)[], void>;

  constructor(
    private readonly survey: FileSurvey,
    readonly fileIndex: number,
    private readonly onBadLine: (line: BadLine) => void,
  ) {
    this.batches = readDetailRecords(survey);
  }

  /** Tells whether a row that has not been read yet could come before the given one, if there is one. */
  mayPrecede(waiting: WaitingRow | undefined): boolean {
    if (waiting === undefined) return true;
    const earliestMs = this.readMs - this.survey.latenessMs;
    const { timeMs } = waiting.row;
    return timeMs > earliestMs || (timeMs === earliestMs && waiting.fileIndex > this.fileIndex);
  }

  /** Returns the next row of the file, or undefined at its end. */
  async next(): Promise<RecordedRow | undefined> {
    for (;;) {
      const row = this.batch[this.position];
      if (row === undefined) {
        const batch = await this.batches.next();
        this.ended = batch.done === true;
        if (batch.done === true) return undefined;
        this.batch = batch.value;
        this.position = 0;
        continue;
      }
      this.position += 1;
      if (!isBadLine(row)) {
        this.readMs = Math.max(this.readMs, row.timeMs);
        return row;
      }
      this.onBadLine(row);
    }
  }

  async close(): Promise<void> {
    await this.batches.return(undefined);
  }
}

function tooFarOutOfOrder(surveys: readonly FileSurvey[], maxBuffered: number): TooFarOutOfOrderError {
  const [worst] = [...surveys].sort((a, b) => b.latenessMs - a.latenessMs);
  const where =
    worst?.latest === undefined
      ? 'The files are'
      : `${worst.name} is far out of order (line ${worst.latest.laterLine} is ${worst.latenessMs / 1000} s older than line ${worst.latest.earlierLine}):`;
  return new TooFarOutOfOrderError(
    `${where} more than ${maxBuffered} rows would have to wait in memory. Correct the Time of that line, sort the file ` +
      '(sort -s -t, -k8,8 FILE), or allow more rows with --buffer ROWS.',
  );
}
