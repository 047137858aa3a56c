import { DETAIL_RECORD_COLUMNS, detailRowToLine, type WireRecord } from '@drivewatch/contracts';
import { aWireRecord } from '@drivewatch/contracts/samples';

/** Every fourth recorded row says that something happened, and then has all columns. */
const ROWS_PER_EVENT = 4;
const DRIVERS = 500;
const SECONDS_BETWEEN_RECORDS = 10;
const STARTED_AT_MS = Date.UTC(2017, 0, 1);

/** Returns the nth record of a fleet in which each driver reports every ten seconds. */
export function sampleRecord(n: number): WireRecord {
  const round = Math.floor(n / DRIVERS);
  const at = new Date(STARTED_AT_MS + round * SECONDS_BETWEEN_RECORDS * 1000);
  return aWireRecord({
    driverID: `driver${n % DRIVERS}`,
    Latitude: (32 + (n % 9973) / 10_000).toFixed(6),
    Speed: String(n % 140),
    Time: at.toISOString().slice(0, 19).replace('T', ' '),
    ...(n % ROWS_PER_EVENT === 0 && { isFatigueDriving: '1', neutralSlideTime: '12' }),
  });
}

export type BatchFormat = 'json' | 'csv';

export const CONTENT_TYPES: Record<BatchFormat, string> = { json: 'application/json', csv: 'text/csv' };

/** @returns bodies of `batches` requests; the records of each follow those of the one before */
export function sampleBodies(format: BatchFormat, batches: number, recordsPerBatch: number): Buffer[] {
  return Array.from({ length: batches }, (_, batch) => {
    const records = Array.from({ length: recordsPerBatch }, (_, index) =>
      sampleRecord(batch * recordsPerBatch + index),
    );
    return Buffer.from(format === 'json' ? JSON.stringify(records) : records.map(toLine).join(''));
  });
}

const toLine = (record: WireRecord): string =>
  detailRowToLine(DETAIL_RECORD_COLUMNS.map((column) => record[column] ?? ''));
