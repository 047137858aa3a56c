import { DETAIL_RECORD_COLUMNS, SHORT_ROW_FIELDS } from '@drivewatch/contracts';

const COLUMNS = DETAIL_RECORD_COLUMNS.map((column) => column.toLowerCase());
/** The correct spelling of a column that the original misspells. */
const SPELLINGS = new Map([['longitude', 'longtitude']]);

/**
 * Tells whether a line is a header: the right one (`header`), one with other columns than those of detail records (with
 * a description of what is wrong), or none (`null`).
 *
 * @param text of the line, without its byte order mark and line end
 */
export function readHeader(text: string): 'header' | { wrong: string } | null {
  // No column name contains a comma or a quote.
  const names = text.split(',').map((field) =>
    field
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim(),
  );
  const columns = names.map((name) => SPELLINGS.get(name.toLowerCase()) ?? name.toLowerCase());
  const known = columns.filter((column) => COLUMNS.includes(column)).length;
  if (known * 2 < columns.length || known === 0) return null;
  if (columns.length === COLUMNS.length + 1 && columns.at(-1) === '') columns.pop();
  const other = columns.findIndex((column, index) => column !== COLUMNS[index]);
  if (other >= 0) {
    return {
      wrong: `its header has ${JSON.stringify(names[other]?.slice(0, 40))} as column ${other + 1}; allowed: ${DETAIL_RECORD_COLUMNS[other] ?? 'no further column'}`,
    };
  }
  if (columns.length === SHORT_ROW_FIELDS || columns.length === COLUMNS.length) return 'header';
  return {
    wrong: `its header has ${columns.length} columns; allowed: ${SHORT_ROW_FIELDS} or ${COLUMNS.length}`,
  };
}
