/**
 * The columns of a detail-record file (CSV without a header, UTF-8), in order, by their names on the wire.
 * A row has either the first 8 fields (nothing happened) or all 19 and a trailing comma.
 */
export const DETAIL_RECORD_COLUMNS = [
  'driverID',
  'carPlateNumber',
  'Latitude',
  'Longtitude',
  'Speed',
  'Direction',
  'siteName',
  'Time',
  'isRapidlySpeedup',
  'isRapidlySlowdown',
  'isNeutralSlide',
  'isNeutralSlideFinished',
  'neutralSlideTime',
  'isOverspeed',
  'isOverspeedFinished',
  'overspeedTime',
  'isFatigueDriving',
  'isHthrottleStop',
  'isOilLeak',
] as const;
export type DetailRecordColumn = (typeof DETAIL_RECORD_COLUMNS)[number];

/** A record as devices send it: only the columns that hold something, every value as in the file. */
export type WireRecord = Partial<Record<DetailRecordColumn, string>>;

const SHORT_ROW = 8;

/**
 * The record of one detail-record row.
 *
 * @returns the record, or a sentence that says what is wrong with the row's shape
 */
export function detailRowToWireRecord(fields: readonly string[]): WireRecord | string {
  const full = DETAIL_RECORD_COLUMNS.length;
  const trailingComma = fields.length === full + 1 && fields[full] === '';
  if (fields.length !== SHORT_ROW && fields.length !== full && !trailingComma) {
    return `has ${fields.length} fields; allowed: ${SHORT_ROW}, or ${full} with or without a trailing comma`;
  }
  const record: WireRecord = {};
  DETAIL_RECORD_COLUMNS.forEach((column, index) => {
    const value = fields[index];
    if (value !== undefined && value !== '') record[column] = value;
  });
  return record;
}
