import { isUtf8 } from 'node:buffer';
import type { ProblemCode } from '@drivewatch/contracts';
import { detailLineToRecord, NOT_UTF8, splitLines } from '@drivewatch/detail-record-lines';
import type { BodyFormat } from './body-format';
import type { BodyReader } from './body-reader';
import { malformedJson, recordTooLarge, tooManyBytesFor } from '../ingestion-errors';
import { readJsonArray } from './json-array';

/** A JSON body up to this is parsed at once, which is several times as fast as piece by piece. */
const WHOLE_JSON_BYTES = 1024 * 1024;
const OPENING_BRACKET = 0x5b;
const FIRST_VISIBLE = 0x21;
/** Of a byte order mark, which may stand before JSON. */
const BYTE_ORDER_MARK: readonly number[] = [0xef, 0xbb, 0xbf];

/** A place in a body where a record should be and none can be read. */
export class UnreadableRecord {
  constructor(
    readonly code: ProblemCode,
    readonly message: string,
  ) {}
}

/** Records as they were sent, not checked yet; {@link UnreadableRecord} among them. */
export type RecordBody =
  | { isSingle: true; record: unknown }
  | { isSingle: false; batches: AsyncIterable<unknown[]> | Iterable<unknown[]> };

/** @throws an error when the text is not JSON or tries to set a prototype */
export type ParseJson = (text: string) => unknown;

export interface ReadOptions {
  parseJson: ParseJson;
  /** As MAX_RECORD_BYTES. */
  maxRecordBytes: number;
  /** Called once it is clear that the body may hold many records. */
  onUpload: () => void;
}

/** Begins to read the records of a body. @throws ProblemError when there are none to be read */
export async function readRecords(
  format: BodyFormat,
  reader: BodyReader,
  options: ReadOptions,
): Promise<RecordBody> {
  if (format === 'json') return await readJson(reader, options);
  options.onUpload();
  const read = format === 'csv' ? readCsvLine : (text: string) => readJsonLine(text, options.parseJson);
  return { isSingle: false, batches: recordsOfLines(reader, options.maxRecordBytes, read) };
}

async function readJson(reader: BodyReader, options: ReadOptions): Promise<RecordBody> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isArray: boolean | null = null;
  for (let chunk = await reader.next(); chunk !== null; chunk = await reader.next()) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (isArray === null) {
      isArray = startsArray(chunk);
      if (isArray === true) options.onUpload();
    }
    if (isArray !== true && bytes > options.maxRecordBytes) throw recordTooLarge(options.maxRecordBytes);
    if (bytes > WHOLE_JSON_BYTES) {
      return { isSingle: false, batches: readJsonArray(following(chunks, reader), options.maxRecordBytes) };
    }
  }
  // What has been parsed at once is held until the end of the request, not given back piece by piece.
  reader.assignBytes();
  return parseRecords(
    chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks),
    options.parseJson,
  );
}

/** The records of a whole JSON body. @throws ProblemError when it is none */
export function parseRecords(bytes: Buffer, parseJson: ParseJson): RecordBody {
  const body = parseWhole(bytes, parseJson);
  return Array.isArray(body) ? { isSingle: false, batches: [body] } : { isSingle: true, record: body };
}

/** `null` where nothing but space has come yet. */
function startsArray(chunk: Buffer): boolean | null {
  const first = chunk.find((byte) => byte >= FIRST_VISIBLE && !BYTE_ORDER_MARK.includes(byte));
  return first === undefined ? null : first === OPENING_BRACKET;
}

function parseWhole(body: Buffer, parseJson: ParseJson): unknown {
  if (body.length === 0) throw malformedJson('The body is empty; send a driving record as a JSON object');
  if (!isUtf8(body)) throw malformedJson('The body is not UTF-8');
  try {
    return parseJson(body.toString());
  } catch {
    throw malformedJson(
      'The body is not JSON, or sets a prototype; send a driving record as a JSON object, or an array of them',
    );
  }
}

/** What has been read already, and then the rest. */
async function* following(chunks: Buffer[], reader: BodyReader): AsyncGenerator<Buffer> {
  for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) yield chunk;
  yield* reader;
}

async function* recordsOfLines(
  reader: BodyReader,
  maxRecordBytes: number,
  read: (text: string) => unknown,
): AsyncGenerator<unknown[]> {
  for await (const lines of splitLines(reader, maxRecordBytes)) {
    const records: unknown[] = [];
    for (const { text } of lines) {
      if (text === undefined)
        records.push(new UnreadableRecord('BODY_TOO_LARGE', tooManyBytesFor('The line', maxRecordBytes)));
      else if (text.trim() !== '') records.push(read(text));
    }
    yield records;
  }
}

function readJsonLine(text: string, parseJson: ParseJson): unknown {
  if (NOT_UTF8.test(text)) return new UnreadableRecord('MALFORMED_JSON', 'is not valid UTF-8');
  try {
    return parseJson(text);
  } catch {
    return new UnreadableRecord('MALFORMED_JSON', 'is not JSON, or sets a prototype; send one record a line');
  }
}

function readCsvLine(text: string): unknown {
  const record = detailLineToRecord(text);
  return typeof record === 'string' ? new UnreadableRecord('INVALID_RECORD', record) : record;
}
