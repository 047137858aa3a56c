import type { ChartedMeasure } from './measures';
import type { DriverTotals } from './driver-totals';

const BARS_AT_A_TIME = 20;
/**
 * More bars would make the canvas higher than browsers draw on phones with high-resolution screens; the table has all
 * drivers.
 */
const BARS_AT_MOST = 200;

/** Returns how many bars a chart shows of `driverCount` after "show more" was pressed that many times. */
export const barCount = (driverCount: number, timesMore: number): number =>
  Math.min(driverCount, BARS_AT_MOST, BARS_AT_A_TIME * (timesMore + 1));

/** Returns how many more bars "show more" would add. */
export const moreBars = (driverCount: number, timesMore: number): number =>
  barCount(driverCount, timesMore + 1) - barCount(driverCount, timesMore);

/** Returns the drivers sorted by a measure, highest first; equal ones keep their order. */
export const highestFirst = (
  drivers: readonly DriverTotals[],
  { key }: ChartedMeasure,
): readonly DriverTotals[] => [...drivers].sort((a, b) => b[key] - a[key]);
