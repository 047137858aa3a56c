import { compareTexts, type DriverTotals, per100Km, perDrivingHour } from './driver-totals';
import { type Decimals, headingOf, MEASURES, RATE_DECIMALS, SCORE_DECIMALS, WHOLE } from './measures';

/** Columns that are shown and hidden together. */
export const COLUMN_GROUPS = ['Totals', 'Per 100 km', 'Per driving hour'] as const;
export type ColumnGroup = (typeof COLUMN_GROUPS)[number];

export interface DriverColumn {
  /** The heading, including the unit; no two are the same. */
  readonly heading: string;
  /** Absent for columns that are always shown. */
  readonly group?: ColumnGroup;
  /** The decimals of the column's numbers. */
  readonly decimals: Decimals;
  /** Returns the cell's value, `null` for "n/a". */
  readonly valueOf: (driver: DriverTotals) => string | number | null;
}

export const DRIVER_COLUMN: DriverColumn = {
  heading: 'Driver',
  decimals: WHOLE,
  valueOf: ({ driverId }) => driverId,
};
export const SCORE_COLUMN: DriverColumn = {
  heading: 'Score',
  decimals: SCORE_DECIMALS,
  valueOf: ({ score }) => score?.score ?? null,
};

/** Every column of the table of drivers, in order. */
export const DRIVER_COLUMNS: readonly DriverColumn[] = [
  DRIVER_COLUMN,
  { heading: 'Plate', decimals: WHOLE, valueOf: ({ plateNumber }) => plateNumber },
  SCORE_COLUMN,
  ...MEASURES.map((measure): DriverColumn => ({
    heading: headingOf(measure),
    group: 'Totals',
    decimals: measure.decimals,
    valueOf: (driver) => driver[measure.key],
  })),
  ...rateColumns('Per 100 km', '100 km', per100Km),
  ...rateColumns('Per driving hour', 'h', perDrivingHour),
];

function rateColumns(group: ColumnGroup, per: string, rate: typeof per100Km): DriverColumn[] {
  return MEASURES.filter(({ hasRates }) => hasRates).map(({ key, name, unit }) => ({
    heading: `${name} (${unit === '' ? 'per' : `${unit} per`} ${per})`,
    group,
    decimals: RATE_DECIMALS,
    valueOf: (driver) => rate(driver[key] ?? 0, driver),
  }));
}

export interface Sorting {
  readonly column: DriverColumn;
  readonly descending: boolean;
}

/** Sorts drivers; those without a value come last in either direction, equal ones keep their order. */
export function sortDrivers(
  drivers: readonly DriverTotals[],
  { column, descending }: Sorting,
): readonly DriverTotals[] {
  const direction = descending ? -1 : 1;
  // The values are computed once, not in each of the many comparisons.
  return drivers
    .map((driver) => ({ driver, value: column.valueOf(driver) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      return direction * compareValues(a.value, b.value);
    })
    .map(({ driver }) => driver);
}

const compareValues = (a: string | number, b: string | number): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : compareTexts(String(a), String(b));
