import { isUtf8 } from 'node:buffer';
import { detailLineToRecord, NOT_UTF8, splitLines } from '@drivewatch/detail-records';
import type { BodyFormat } from './body-format';
import type { BodyReader } from './body-reader';
import { malformedJson, recordTooLarge, tooManyBytesFor } from '../ingestion-errors';
import { type CsvRow, csvRows } from './csv-rows';
import { countValues } from './dense-text';
import { type JsonArrayOptions, readJsonArray, refuseBrokenArray } from './json-array';
import { linesHint, whyUnreadable } from './json-fault';
import { notJson, notUtf8, readUnlessDense, UnreadableRecord } from './unreadable-record';
import type { UploadWork } from '../uploads/upload-work';

/** A JSON array up to this size is parsed as a whole, so that none of it is taken if it breaks off. */
const WHOLE_JSON_BYTES = 1024 * 1024;
/**
 * An array with more values is read piece by piece even so: a megabyte of `[{},{},…]` becomes twenty megabytes of
 * objects.
 */
const WHOLE_JSON_VALUES = 20_000;
const OPENING_BRACKET = 0x5b;
const FIRST_VISIBLE = 0x21;
/** The bytes of a byte order mark, which may precede JSON. */
const BYTE_ORDER_MARK: readonly number[] = [0xef, 0xbb, 0xbf];

/** Records as they were sent, not checked yet; some may be an {@link UnreadableRecord}. */
export type RecordBody =
  | { isSingle: true; record: unknown }
  | { isSingle: false; batches: AsyncIterable<unknown[]> | Iterable<unknown[]> };

/** @throws an error when the text is not JSON or tries to set a prototype */
export type ParseJson = (text: string) => unknown;

export interface ReadOptions {
  parseJson: ParseJson;
  /** The value of MAX_RECORD_BYTES. */
  maxRecordBytes: number;
  work: Pick<UploadWork, 'begin' | 'end'>;
  /** Called once it is clear that the body may hold many records. */
  onUpload: () => void;
}

/** Begins to read the records of a body. @throws ProblemError when it cannot be read */
export async function readRecords(
  format: BodyFormat,
  reader: BodyReader,
  options: ReadOptions,
): Promise<RecordBody> {
  if (format === 'json') return await readJson(reader, options);
  options.onUpload();
  const chunks = workedOn(reader, options.work);
  const { maxRecordBytes, parseJson } = options;
  const lines = splitLines(chunks, maxRecordBytes);
  const batches =
    format === 'csv'
      ? recordsOf(csvRows(lines, maxRecordBytes), maxRecordBytes, readCsvRow)
      : recordsOf(lines, maxRecordBytes, (text) => readJsonLine(text, parseJson));
  return { isSingle: false, batches };
}

async function readJson(reader: BodyReader, options: ReadOptions): Promise<RecordBody> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let values = 0;
  let isArray: boolean | null = null;
  for (let chunk = await reader.next(); chunk !== null; chunk = await reader.next()) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (isArray === null) {
      isArray = startsArray(chunk);
      if (isArray === true) options.onUpload();
    }
    if (isArray !== true && bytes > options.maxRecordBytes)
      throw recordTooLarge(options.maxRecordBytes, linesHint(wholeOf(chunks).toString()));
    if (isArray === true) values += countValues(chunk);
    if (bytes > WHOLE_JSON_BYTES || values > WHOLE_JSON_VALUES) {
      const batches = elementsOf(workedOn(following(chunks, reader), options.work), options);
      return { isSingle: false, batches };
    }
  }
  // What has been parsed as a whole is held until the end of the request, not given back piece by piece.
  reader.assignBytes();
  return isArray === true
    ? { isSingle: false, batches: await parseArray(chunks, values, options) }
    : { isSingle: true, record: parseRecord(wholeOf(chunks), options.parseJson) };
}

/** Parses a whole JSON body that is not an array. @throws ProblemError when it is no record */
export function parseRecord(body: Buffer, parseJson: ParseJson): unknown {
  if (body.length === 0) throw malformedJson('The body is empty; send a driving record as a JSON object');
  if (!isUtf8(body)) throw malformedJson('The body is not UTF-8');
  const text = body.toString();
  try {
    return readUnlessDense(text, parseJson);
  } catch {
    const hint = linesHint(text) || '; send a driving record as a JSON object, or an array of them';
    throw malformedJson(`The body ${whyUnreadable(text)}${hint}`);
  }
}

/**
 * Begins the work on a whole JSON array; the caller ends it.
 *
 * @param values the number that {@link countValues} returns
 * @returns its elements, of which those that are no JSON are an {@link UnreadableRecord}
 * @throws ProblemError when the array breaks off, and the error that the work was stopped with
 */
export async function parseArray(
  chunks: readonly Buffer[],
  values: number,
  options: Omit<ReadOptions, 'onUpload'>,
): Promise<AsyncIterable<unknown[]> | Iterable<unknown[]>> {
  await options.work.begin();
  // The chunks are joined only now, so that no waiting body is in memory twice.
  const whole = wholeOf(chunks);
  if (values <= WHOLE_JSON_VALUES) {
    const elements = wholeArrayOrNull(whole, options.parseJson);
    if (elements !== null) return [elements];
    refuseBrokenArray(whole, arrayOptions(options));
  }
  return elementsOf(inOneChunk(whole), options);
}

function wholeArrayOrNull(body: Buffer, parseJson: ParseJson): unknown[] | null {
  try {
    // Any valid JSON that begins with an opening bracket is an array.
    return isUtf8(body) ? (parseJson(body.toString()) as unknown[]) : null;
  } catch {
    return null;
  }
}

const arrayOptions = ({
  parseJson,
  maxRecordBytes,
}: Pick<ReadOptions, 'parseJson' | 'maxRecordBytes'>): JsonArrayOptions => ({
  parseJson,
  maxElementBytes: maxRecordBytes,
});

const elementsOf = (
  chunks: AsyncIterable<Buffer>,
  options: Pick<ReadOptions, 'parseJson' | 'maxRecordBytes'>,
): AsyncGenerator<unknown[], void> => readJsonArray(chunks, arrayOptions(options));

/** Passes chunks on when their contents may be worked on, and gives the place back while waiting for the next one. */
async function* workedOn(chunks: AsyncIterable<Buffer>, work: ReadOptions['work']): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    try {
      await work.begin();
      yield chunk;
    } finally {
      work.end();
    }
  }
}

const wholeOf = (chunks: readonly Buffer[]): Buffer =>
  chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);

/** Tells whether a body begins as an array does; `null` while only white space has come. */
export function startsArray(chunk: Buffer): boolean | null {
  const first = chunk.find((byte) => byte >= FIRST_VISIBLE && !BYTE_ORDER_MARK.includes(byte));
  return first === undefined ? null : first === OPENING_BRACKET;
}

/** Yields what has been read already, and then the rest. */
async function* following(chunks: Buffer[], reader: BodyReader): AsyncGenerator<Buffer> {
  for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) yield chunk;
  yield* reader;
}

async function* inOneChunk(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

async function* recordsOf(
  groups: AsyncIterable<readonly CsvRow[]>,
  maxRecordBytes: number,
  read: (text: string) => unknown,
): AsyncGenerator<unknown[]> {
  for await (const rows of groups) {
    const records: unknown[] = [];
    for (const { text, hasLineBreak } of rows) {
      if (hasLineBreak === true)
        records.push(
          new UnreadableRecord('INVALID_RECORD', 'holds a line break; allowed: none in any field'),
        );
      else if (text === undefined)
        records.push(new UnreadableRecord('BODY_TOO_LARGE', tooManyBytesFor('The line', maxRecordBytes)));
      else if (text.trim() !== '') records.push(readUnlessDense(text, read));
    }
    yield records;
  }
}

function readJsonLine(text: string, parseJson: ParseJson): unknown {
  if (NOT_UTF8.test(text)) return notUtf8();
  try {
    return parseJson(text);
  } catch {
    return notJson(text);
  }
}

function readCsvRow(text: string): unknown {
  const record = detailLineToRecord(text);
  return typeof record === 'string' ? new UnreadableRecord('INVALID_RECORD', record) : record;
}
