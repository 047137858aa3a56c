import { parse } from 'csv-parse/sync';
import vectors from '../test-vectors/detail-rows.json';
import { detailRowToWireRecord } from './detail-record';
import { createWireRecordSchema, type SubmittedRecord, toFieldErrors } from './wire-record';

interface Vector {
  about: string;
  row: string;
  wrong: string | null;
  arrivedAt?: string;
  reads?: Record<string, unknown>;
}

/** A time later than any that a record may have. */
const AFTER_EVERYTHING = '2100-01-01T00:00:00Z';

/** Stands in for the clock of a fleet in UTC. Only dates and times that exist are read back as they were written. */
function parseFleetTime(wallTime: string): number | null {
  const isLeapSecond = wallTime.endsWith(':60');
  const iso = (isLeapSecond ? wallTime.replace(/60$/, '59') : wallTime).replace(' ', 'T');
  const epochMs = Date.parse(`${iso}Z`);
  if (Number.isNaN(epochMs) || !new Date(epochMs).toISOString().startsWith(iso)) return null;
  return isLeapSecond ? epochMs + 1000 : epochMs;
}

function parseRow({ row, arrivedAt = AFTER_EVERYTHING }: Vector) {
  const fields = fieldsOf(row);
  const record = fields === null ? 'is not CSV' : detailRowToWireRecord(fields);
  if (typeof record === 'string') return null;
  return createWireRecordSchema(parseFleetTime, () => Date.parse(arrivedAt)).safeParse(record);
}

/** Returns what is wrong with a line, in the terms of the vectors; `null` for a good record. */
function wrongOf(vector: Vector): string | null {
  const parsed = parseRow(vector);
  if (parsed === null) return 'shape';
  const [first] = parsed.error === undefined ? [] : toFieldErrors(parsed.error);
  if (first === undefined) return null;
  if (first.message.includes('together')) return 'position';
  return first.field.startsWith('is') ? 'flags' : first.field;
}

function fieldsOf(line: string): string[] | null {
  try {
    return parse(line, { relax_column_count: true })[0] ?? [];
  } catch {
    return null;
  }
}

/** Describes a record in the terms of the vectors, after a trip through the queue's JSON, which has no -0. */
function describeRecord(read: SubmittedRecord) {
  const { latitudeDeg, longitudeDeg, recordedAtMs, ...record } = JSON.parse(
    JSON.stringify(read),
  ) as SubmittedRecord;
  return {
    ...record,
    position: latitudeDeg === null || longitudeDeg === null ? null : [latitudeDeg, longitudeDeg],
    recordedAt: new Date(recordedAtMs).toISOString().replace('.000Z', 'Z'),
  };
}

// The summaries job judges the same lines in its own tests, so that both accept the same rows as records.
describe('a line of a detail-record file', () => {
  const all = vectors as Vector[];

  it.each(all.map((vector) => [vector.about, vector] as const))('%s', (_, vector) => {
    expect(wrongOf(vector)).toBe(vector.wrong);
  });

  it.each(all.filter(({ reads }) => reads !== undefined).map((vector) => [vector.about, vector] as const))(
    'is read as it is meant: %s',
    (_, vector) => {
      const record = parseRow(vector)?.data;
      expect(record && describeRecord(record)).toMatchObject(vector.reads ?? {});
    },
  );
});
