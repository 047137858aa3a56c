import { createWireRecordSchema, detailRowToWireRecord } from '@drivewatch/contracts';
import { createFleetClock } from '@drivewatch/fleet-time';
import { parse } from 'csv-parse/sync';
import { ImportError } from './import-error';

const LOOKED_AT_BYTES = 64 * 1024;
const LOOKED_AT_LINES = 100;
const EXAMPLE = 'likun1000003,华AVM936,32.056444,118.777589,72,211,,2017-01-01 08:00:05';
/** Which zone a time is in makes no difference to whether it is one. */
const schema = createWireRecordSchema(createFleetClock('UTC').toEpochMs);

/**
 * Looks at the beginning of a content: one record among its first lines will do, since single wrong rows are what the
 * summaries job reports.
 *
 * @param name of the file, for the message
 * @throws ImportError when there is no record
 */
export async function checkHoldsDetailRecords(
  name: string,
  content: AsyncIterable<Uint8Array>,
): Promise<void> {
  const lines = await firstLines(content);
  if (lines.length === 0) throw new ImportError(`${name}: is empty`);
  if (lines.some(isDetailRecord)) return;
  throw new ImportError(
    `${name}: holds no detail records; expected are lines of 8 or 19 fields without a header, such as ${EXAMPLE}`,
  );
}

async function firstLines(content: AsyncIterable<Uint8Array>): Promise<string[]> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of content) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= LOOKED_AT_BYTES) break;
  }
  const text = Buffer.concat(pieces).subarray(0, LOOKED_AT_BYTES).toString();
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .slice(0, LOOKED_AT_LINES);
}

function isDetailRecord(line: string): boolean {
  try {
    const [fields = []] = parse(line, { relax_column_count: true });
    const record = detailRowToWireRecord(fields);
    return typeof record !== 'string' && schema.safeParse(record).success;
  } catch {
    // A quote that is not closed.
    return false;
  }
}
