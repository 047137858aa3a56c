import { detailRowToWireRecord, type WireRecord } from '@drivewatch/contracts';
import { parse } from 'csv-parse/sync';
import { NOT_UTF8 } from './lines';

/**
 * Reads one line of detail-record CSV (no header). A line is a row of its own, because no field of a record may hold a
 * line break; so a stray quote spoils one row and not the rest.
 *
 * @param text the line, as `splitLines` gives it
 * @returns the record, its fields not checked yet, or a sentence that says why the line holds none
 */
export function detailLineToRecord(text: string): WireRecord | string {
  if (NOT_UTF8.test(text)) return 'is not valid UTF-8';
  const fields = splitFields(text);
  return fields instanceof Error ? `is not valid CSV: ${fields.message}` : detailRowToWireRecord(fields);
}

/** Only a quote makes a line of CSV more than its commas, and real records have none: the fast path matters. */
function splitFields(text: string): string[] | Error {
  if (!text.includes('"')) return text.split(',');
  try {
    return parse(text, { relax_column_count: true })[0] ?? [];
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
