import type { SubmittedRecord } from './wire-record';

/**
 * The columns of a detail-record file (CSV without a header, UTF-8), in order, under their names on the wire. A row of
 * the original system has either the first 8 fields (nothing happened) or all 19 and a trailing comma; Drivewatch
 * always writes 19.
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

/** A record as devices send it: only the columns that hold something, with every value written as in the file. */
export type WireRecord = Partial<Record<DetailRecordColumn, string>>;

/** How many fields a row has in which nothing happened. */
export const SHORT_ROW_FIELDS = 8;

/**
 * Reads one detail-record row.
 *
 * @returns the record, or a sentence that says what is wrong with the shape of the row
 */
export function detailRowToWireRecord(fields: readonly string[]): WireRecord | string {
  const full = DETAIL_RECORD_COLUMNS.length;
  const trailingComma = fields.length === full + 1 && fields[full] === '';
  if (fields.length !== SHORT_ROW_FIELDS && fields.length !== full && !trailingComma) {
    return `has ${fields.length} fields; allowed: ${SHORT_ROW_FIELDS}, or ${full} with or without a trailing comma`;
  }
  const record: WireRecord = {};
  DETAIL_RECORD_COLUMNS.forEach((column, index) => {
    const value = fields[index];
    if (value !== undefined && value !== '') record[column] = value;
  });
  return record;
}

/** The fleet's wall clock, `YYYY-MM-DD HH:MM:SS`; `createFleetClock` of libs/detail-records makes one. */
export interface FleetWallClock {
  /** Returns `null` when there is no such date or time, and the earlier instant when a clock change repeats it. */
  toEpochMs: (wallTime: string) => number | null;
  toWallTime: (epochMs: number) => string;
  /** Returns whether a wall time stands for two instants, because the clocks went back. */
  occursTwice: (wallTime: string) => boolean;
}

/**
 * Writes one record as a row: 19 fields, empty where the record holds nothing. `detailRowToWireRecord` and the wire
 * schema read it back to the same record.
 *
 * Numbers are the shortest that read back to the same value (below a millionth with an exponent, such as `1e-7`); a
 * flag is `1` or empty; a duration is empty unless the behaviour has ended or the duration is not 0.
 */
export function recordToDetailRow(record: SubmittedRecord, clock: FleetWallClock): string[] {
  const row: Record<DetailRecordColumn, string> = {
    driverID: record.driverId,
    carPlateNumber: record.plateNumber,
    Latitude: orEmpty(record.latitudeDeg),
    Longtitude: orEmpty(record.longitudeDeg),
    Speed: orEmpty(record.speedKmh),
    Direction: orEmpty(record.headingDeg),
    siteName: record.siteName,
    Time: detailRecordTime(record.recordedAtMs, clock),
    isRapidlySpeedup: flag(record.rapidSpeedup),
    isRapidlySlowdown: flag(record.rapidSlowdown),
    isNeutralSlide: flag(record.neutralSlide),
    isNeutralSlideFinished: flag(record.neutralSlideFinished),
    neutralSlideTime: duration(record.neutralSlideSeconds, record.neutralSlideFinished),
    isOverspeed: flag(record.overspeed),
    isOverspeedFinished: flag(record.overspeedFinished),
    overspeedTime: duration(record.overspeedSeconds, record.overspeedFinished),
    isFatigueDriving: flag(record.fatigueDriving),
    isHthrottleStop: flag(record.throttleStop),
    isOilLeak: flag(record.oilLeak),
  };
  return DETAIL_RECORD_COLUMNS.map((column) => row[column]);
}

/** Returns the row as a line of a file, with its line end. Fields with commas or quotes are quoted (RFC 4180). */
export const detailRowToLine = (fields: readonly string[]): string => `${fields.map(csvField).join(',')}\n`;

const csvField = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const orEmpty = (value: number | null): string => (value === null ? '' : String(value));
const flag = (value: boolean): string => (value ? '1' : '');
const duration = (seconds: number, finished: boolean): string =>
  finished || seconds !== 0 ? String(seconds) : '';

/**
 * Returns the wall time where that names the exact instant. It does not for fractions of a second, nor in either pass
 * of the hour that a clock change repeats; those are written as ISO 8601 with the offset. Both forms begin with the
 * fleet-local date.
 */
function detailRecordTime(epochMs: number, clock: FleetWallClock): string {
  const wallTime = clock.toWallTime(epochMs);
  if (clock.toEpochMs(wallTime) === epochMs && !clock.occursTwice(wallTime)) return wallTime;
  const local = wallTime.replace(' ', 'T');
  const fraction = epochMs % 1000;
  const offsetMinutes = (Date.parse(`${local}Z`) - (epochMs - fraction)) / 60_000;
  return `${local}${fraction === 0 ? '' : `.${padded(fraction, 3)}`}${utcOffset(offsetMinutes)}`;
}

/** Returns an offset such as `+08:00` for 480. */
function utcOffset(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${padded(Math.floor(size / 60), 2)}:${padded(size % 60, 2)}`;
}

const padded = (value: number, digits: number): string => String(value).padStart(digits, '0');
