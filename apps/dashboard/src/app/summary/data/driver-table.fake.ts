import { DAY_COLUMNS, type DayColumn } from '@drivewatch/contracts';
import type { DriverTotals } from './driver-totals';

/** Returns a driver of the table; values that are left out are 0. */
export function aDriver(driverId: string, values: Partial<DriverTotals> = {}): DriverTotals {
  const zeros = Object.fromEntries(DAY_COLUMNS.map((column) => [column, 0])) as Record<DayColumn, number>;
  return {
    ...zeros,
    driverId,
    plateNumber: '',
    distanceKm: 0,
    meanSpeedKmh: null,
    score: null,
    ...values,
  };
}
