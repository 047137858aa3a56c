import { detailRowToWireRecord, type WireRecord } from '@drivewatch/contracts';
import { parse } from 'csv-parse/sync';
import { NOT_UTF8 } from './lines';

/**
 * Reads one line of detail-record CSV (no header). Each line is a row by itself, because no field of a record may hold
 * a line break; so a stray quote spoils one row and not the rest.
 *
 * @param text the line, as `splitLines` yields it
 * @returns the record with unchecked fields, or a sentence that says why the line holds none
 */
export function detailLineToRecord(text: string): WireRecord | string {
  if (NOT_UTF8.test(text)) return 'is not valid UTF-8';
  const fields = splitFields(text);
  return fields instanceof Error ? `is not valid CSV: ${fields.message}` : detailRowToWireRecord(fields);
}

/** Splits a line into fields. Without a quote it can be split at its commas, and real records have none. */
function splitFields(text: string): string[] | Error {
  if (!text.includes('"')) return text.split(',');
  try {
    return parse(text, { relax_column_count: true })[0] ?? [];
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
