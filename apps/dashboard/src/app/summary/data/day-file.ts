import { DAY_COLUMNS, type DayColumn, type DaySummary } from '@drivewatch/contracts';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Missing in older files, in which every record counts as having a speed. */
const ADDED_COLUMN: DayColumn = 'recordsWithoutSpeed';

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/**
 * Checks a day's file when it arrives. The code is written by hand, because a file may hold millions of numbers, each
 * of which would take a schema library some time.
 *
 * @param day the day that the file should be of
 * @throws Error that says what is wrong
 */
export function checkDaySummary(value: unknown, day: string): DaySummary {
  const wrong = (what: string) => new Error(`The file of ${day} is damaged: ${what}`);
  if (!isObject(value) || value.day !== day) throw wrong('it has no day, or another one');
  const { drivers, hours, hour } = value;
  if (!Array.isArray(drivers) || !drivers.every((driver) => typeof driver === 'string'))
    throw wrong('its drivers are not a list of texts');
  if (!Array.isArray(hours) || hours.length !== drivers.length || !hours.every(isCount))
    throw wrong('it does not say how many rows each driver has');
  const rows = hours.reduce((sum, count) => sum + count, 0);
  if (!Array.isArray(hour) || hour.length !== rows || !hour.every((h) => isCount(h) && h < 24))
    throw wrong('its rows are not all of one hour of the day');
  const added = value[ADDED_COLUMN] ?? Array.from({ length: rows }, () => 0);
  const complete: Record<string, unknown> = { ...value, [ADDED_COLUMN]: added };
  for (const column of DAY_COLUMNS) {
    const numbers = complete[column];
    if (!Array.isArray(numbers) || numbers.length !== rows)
      throw wrong(`${column} does not have ${rows} values`);
    if (!numbers.every((number) => Number.isFinite(number) && number >= 0))
      throw wrong(`${column} contains something other than numbers from 0`);
  }
  return complete as unknown as DaySummary;
}
