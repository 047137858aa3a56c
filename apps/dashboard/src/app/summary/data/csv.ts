import type { DriverColumn } from './driver-columns';
import type { DriverTotals } from './driver-totals';

/**
 * Spreadsheets take a cell that begins like this for a formula (OWASP, "CSV Injection"); IDs and plates come from
 * devices. A text that begins with an apostrophe gets another one, so that removing the first apostrophe always
 * restores the original text.
 */
const NEEDS_APOSTROPHE = /^[=+\-@\t\r＝＋－＠']/;
const NEEDS_QUOTES = /[",\r\n]/;

/**
 * Returns the table of drivers as a CSV file (RFC 4180): a line of headings with units, then the drivers in the given
 * order. Numbers are rounded as on the page, without a thousands separator; missing ones are `n/a`. An apostrophe
 * precedes any text that a spreadsheet would take for a formula, as in the files of the summaries job.
 */
export function driversToCsv(drivers: readonly DriverTotals[], columns: readonly DriverColumn[]): string {
  const lines = [
    columns.map(({ heading }) => textCell(heading)),
    ...drivers.map((driver) => columns.map((column) => cellOf(column.valueOf(driver), column.decimals.most))),
  ];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

function cellOf(value: string | number | null, decimals: number): string {
  if (value === null) return 'n/a';
  return typeof value === 'number' ? String(Number(value.toFixed(decimals))) : textCell(value);
}

function textCell(text: string): string {
  const harmless = NEEDS_APOSTROPHE.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
