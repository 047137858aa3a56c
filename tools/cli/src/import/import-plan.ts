import { type ContentPlan, planContent } from './content-plan';
import { checkFirstRows } from './detail-record-check';
import { type DetailRecordReader, isWrong } from './detail-record-reader';
import type { ReadOptions, SourceFile } from './source-file';
import { requireUtf8 } from './text-encoding';

const LINE_FEED = 0x0a;

/** A file that may be imported: nothing is stored before all of a command line are. */
export interface ImportPlan extends ContentPlan {
  readonly file: SourceFile;
  /** Bytes of the header, which are no part of the content. */
  readonly headerBytes: number;
  /** Fleet-local days of some of its records, `YYYY-MM-DD`: of the first ones, and of one in each piece that is read. */
  readonly days: ReadonlySet<string>;
}

export interface PlanOptions extends ReadOptions {
  readonly reader: DetailRecordReader;
  /** Content from which on another object is begun, at the end of a line. */
  readonly partBytes: number;
  /** Told what the user should know of the file, in one line. */
  readonly onWarning: (line: string) => void;
}

/** A file whose first rows have been looked at. */
export type CheckedFile = Pick<ImportPlan, 'file' | 'headerBytes' | 'days'>;

/** @throws ImportError where the first rows are none; the signal's reason */
export async function checkFile(file: SourceFile, options: PlanOptions): Promise<CheckedFile> {
  const { signal, reader, onWarning } = options;
  const { warning, ...checked } = await checkFirstRows(file.name, file.content({ signal }), reader);
  if (warning !== null) onWarning(warning);
  return { file, ...checked };
}

/**
 * Reads all of a file to know what it is to become.
 *
 * @throws ImportError where it is not UTF-8 to its end; the signal's reason
 */
export async function planImport(checked: CheckedFile, options: PlanOptions): Promise<ImportPlan> {
  const { file, headerBytes } = checked;
  const days = new Set(checked.days);
  const text = requireUtf8(file.name, file.content(options));
  const content = noteDays(afterHeader(text, headerBytes), options.reader, days);
  return { file, headerBytes, ...(await planContent(content, options.partBytes)), days };
}

/** A content without its first bytes. */
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

/** Passes a content on, and adds the day of a row in each piece of it: a look at every row would take far longer. */
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
