import {
  DETAIL_RECORD_COLUMNS,
  detailRowToWireRecord,
  ISO_TIME_PATTERN,
  LIMITS,
  WALL_TIME_PATTERN,
  type WireRecord,
} from '@drivewatch/contracts';

const SEPARATORS = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'vertical bars'],
] as const;
/**
 * Matches what Excel makes of a date when it opens a file and saves it again: `2017/2/1 8:00`, `01.02.2017 08:00`, or
 * `42767.33`.
 */
const SPREADSHEET_TIME =
  /^(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?: \d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?)?|\d{5}(?:\.\d+)?)$/i;
const COLUMNS = `the columns are ${DETAIL_RECORD_COLUMNS.slice(0, 8).join(', ')}, and 11 more or none`;

/**
 * Advises what to do about a file whose rows are no detail records, as far as one of them shows it.
 *
 * @param text of a wrong row
 * @param record what its fields are, if it has as many as a row of detail records
 * @param field the wrong one, as on the wire
 * @returns null if the message already says what is wrong
 */
export function layoutAdvice(text: string, record: WireRecord | null, field: string): string | null {
  if (record === null) {
    const [, separators] =
      SEPARATORS.find(([separator]) => typeof detailRowToWireRecord(text.split(separator)) !== 'string') ??
      [];
    if (separators !== undefined) return `its fields are separated by ${separators}; save it with commas`;
    return text.includes('\r') ? 'its lines end in a carriage return; save it with line feeds' : COLUMNS;
  }
  if (field === 'Time') {
    const { Time = '' } = record;
    // The format is accepted: the time itself is wrong, not the layout.
    if (WALL_TIME_PATTERN.test(Time) || ISO_TIME_PATTERN.test(Time)) return null;
    if (SPREADSHEET_TIME.test(Time)) {
      return 'a spreadsheet has written its times anew; export it again and import it before it is opened in one';
    }
  }
  const { Latitude = '', Longtitude = '' } = record;
  if (
    field === 'Latitude' &&
    isLatitude(Longtitude) &&
    !isLatitude(Latitude) &&
    Number.isFinite(Number(Latitude))
  )
    return 'Latitude and Longtitude have changed places';
  return COLUMNS;
}

const isLatitude = (text: string): boolean =>
  text !== '' && Number(text) >= LIMITS.latitudeDeg.min && Number(text) <= LIMITS.latitudeDeg.max;
