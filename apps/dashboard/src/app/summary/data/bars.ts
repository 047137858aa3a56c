import type { ChartedMeasure } from './measures';
import type { DriverTotals } from './driver-totals';

const BARS_AT_A_TIME = 20;
/** More would make a canvas higher than browsers draw on phones with fine screens; the table has all drivers. */
const BARS_AT_MOST = 200;

/** How many bars a chart shows of `driverCount` after "show more" was pressed so many times. */
export const barCount = (driverCount: number, timesMore: number): number =>
  Math.min(driverCount, BARS_AT_MOST, BARS_AT_A_TIME * (timesMore + 1));

/** How many more bars "show more" would bring. */
export const moreBars = (driverCount: number, timesMore: number): number =>
  barCount(driverCount, timesMore + 1) - barCount(driverCount, timesMore);

/** Drivers by a measure, highest first, equal ones as they were. */
export const highestFirst = (
  drivers: readonly DriverTotals[],
  { key }: ChartedMeasure,
): readonly DriverTotals[] => [...drivers].sort((a, b) => b[key] - a[key]);
