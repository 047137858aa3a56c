import { parse } from 'csv-parse/sync';
import vectors from '../test-vectors/detail-rows.json';
import { detailRowToWireRecord } from './detail-record';
import { createWireRecordSchema, toFieldErrors } from './wire-record';

/** Stands in for the clock of a fleet in UTC: only dates and times that there are read back as they were written. */
const parseFleetTime = (wallTime: string): number | null => {
  const iso = wallTime.replace(' ', 'T');
  const epochMs = Date.parse(`${iso}Z`);
  return !Number.isNaN(epochMs) && new Date(epochMs).toISOString().startsWith(iso) ? epochMs : null;
};
const schema = createWireRecordSchema(parseFleetTime);

/** What is wrong with a line, in the words of the vectors: `null` for a record. */
function wrongOf(line: string): string | null {
  const fields = fieldsOf(line);
  const record = fields === null ? 'is not CSV' : detailRowToWireRecord(fields);
  if (typeof record === 'string') return 'shape';
  const { error } = schema.safeParse(record);
  const [first] = error === undefined ? [] : toFieldErrors(error);
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

// The summaries job judges the same lines in its own tests, so that both take the same rows for records.
describe('a line of a detail-record file', () => {
  it.each(vectors.map(({ about, row, wrong }) => [about, row, wrong] as const))('%s', (_, row, wrong) => {
    expect(wrongOf(row)).toBe(wrong);
  });
});
