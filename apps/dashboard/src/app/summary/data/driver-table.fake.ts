import { DAY_COLUMNS, type DayColumn } from '@drivewatch/contracts';
import type { DriverTotals } from './driver-totals';

/** A driver of the table; what is left out is 0. */
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
