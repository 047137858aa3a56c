import { type ContentPlan, planContent } from './content-plan';
import { checkFirstRows } from './detail-record-check';
import { type DetailRecordReader, isWrong } from './detail-record-reader';
import type { ReadOptions, SourceFile } from './source-file';
import { requireUtf8 } from './text-encoding';

const LINE_FEED = 0x0a;

/** A file that can be imported. Nothing is stored before all files of a command line can be. */
export interface ImportPlan extends ContentPlan {
  readonly file: SourceFile;
  /** Bytes of the header, which is not part of the content. */
  readonly headerBytes: number;
  /**
   * Fleet-local days of some of its records, `YYYY-MM-DD`: of the first ones, and of one in each piece that is read.
   */
  readonly days: ReadonlySet<string>;
}

export interface PlanOptions extends ReadOptions {
  readonly reader: DetailRecordReader;
  /** Another object begins at the next end of a line once one has this size. */
  readonly partBytes: number;
  /** Receives one line for each thing that the user should know about the file. */
  readonly onWarning: (line: string) => void;
}

/** A file whose first rows have been checked. */
export type CheckedFile = Pick<ImportPlan, 'file' | 'headerBytes' | 'days'>;

/** @throws ImportError if the first rows are no records; the signal's reason */
export async function checkFile(file: SourceFile, options: PlanOptions): Promise<CheckedFile> {
  const { signal, reader, onWarning } = options;
  const { warning, ...checked } = await checkFirstRows(file.name, file.content({ signal }), reader);
  if (warning !== null) onWarning(warning);
  return { file, ...checked };
}

/**
 * Reads all of a file to determine what it will become.
 *
 * @throws ImportError unless all of it is UTF-8; the signal's reason
 */
export async function planImport(checked: CheckedFile, options: PlanOptions): Promise<ImportPlan> {
  const { file, headerBytes } = checked;
  const days = new Set(checked.days);
  const text = requireUtf8(file.name, file.content(options));
  const content = noteDays(afterHeader(text, headerBytes), options.reader, days);
  return { file, headerBytes, ...(await planContent(content, options.partBytes)), days };
}

/** Yields a content without its first bytes. */
export async function* afterHeader(
  content: AsyncIterable<Buffer>,
  headerBytes: number,
): AsyncGenerator<Buffer, void> {
  let missing = headerBytes;
  for await (const piece of content) {
    yield piece.subarray(missing);
    missing -= Math.min(missing, piece.length);
  }
}

/** Passes a content on, and adds the day of one row in each piece: looking at every row would take far longer. */
async function* noteDays(
  content: AsyncIterable<Buffer>,
  reader: DetailRecordReader,
  days: Set<string>,
): AsyncGenerator<Buffer, void> {
  for await (const piece of content) {
    const start = piece.indexOf(LINE_FEED) + 1;
    const end = piece.indexOf(LINE_FEED, start);
    const row = start > 0 && end > start ? reader.read(piece.toString('utf8', start, end).trimEnd()) : null;
    if (row !== null && !isWrong(row)) days.add(reader.dayOf(row));
    yield piece;
  }
}
