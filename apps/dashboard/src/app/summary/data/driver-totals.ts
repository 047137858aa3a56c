import { type DriverScore, scoreDriver } from './driver-score';
import { DAY_COLUMNS, type DayColumn } from '@drivewatch/contracts';
import type { DriverDirectory, FleetTotals } from './day-totals';

type SummedColumn = Exclude<DayColumn, 'topSpeedKmh'>;
const SUMMED_COLUMNS = DAY_COLUMNS.filter((column): column is SummedColumn => column !== 'topSpeedKmh');

/** What one driver, or all of them together, did in a period. */
export interface Totals extends Readonly<Record<DayColumn, number>> {
  readonly distanceKm: number;
  /** The mean over the records that have a speed; `null` if none has. */
  readonly meanSpeedKmh: number | null;
}

export interface DriverTotals extends Totals {
  readonly driverId: string;
  readonly plateNumber: string;
  /** `null` when the driver did not drive far enough for a score. */
  readonly score: DriverScore | null;
}

export interface PeriodSummary {
  readonly fleet: Totals;
  /** The drivers with records in the period, by ID. */
  readonly drivers: readonly DriverTotals[];
}

/** Compares as people sort: `driver9` before `driver10`. */
export const compareTexts = new Intl.Collator('en', { numeric: true, sensitivity: 'base' }).compare;

/** Turns the sums of a period into what the page shows. */
export function summarise(totals: FleetTotals, { driverIds, plateNumbers }: DriverDirectory): PeriodSummary {
  const drivers: DriverTotals[] = [];
  // The sums are in whole thousandths, so the fleet's totals are exact as well.
  const fleet = new Map<DayColumn, number>(DAY_COLUMNS.map((column) => [column, 0]));
  driverIds.forEach((driverId, position) => {
    if (totals.of(position, 'records') === 0) return;
    const own = complete((column) => totals.of(position, column));
    for (const column of SUMMED_COLUMNS)
      fleet.set(column, (fleet.get(column) ?? 0) + Math.round(own[column] * 1000));
    fleet.set('topSpeedKmh', Math.max(fleet.get('topSpeedKmh') ?? 0, Math.round(own.topSpeedKmh * 1000)));
    drivers.push({
      ...own,
      driverId,
      plateNumber: plateNumbers[position] ?? '',
      score: scoreDriver(own),
    });
  });
  drivers.sort((a, b) => compareTexts(a.driverId, b.driverId));
  return { fleet: complete((column) => (fleet.get(column) ?? 0) / 1000), drivers };
}

function complete(of: (column: DayColumn) => number): Totals {
  const sums = Object.fromEntries(DAY_COLUMNS.map((column) => [column, of(column)])) as Record<
    DayColumn,
    number
  >;
  const recordsWithSpeed = sums.records - sums.recordsWithoutSpeed;
  return {
    ...sums,
    distanceKm: sums.distanceMetres / 1000,
    meanSpeedKmh: recordsWithSpeed === 0 ? null : sums.speedSumKmh / recordsWithSpeed,
  };
}

/** Returns a total per 100 km; `null` if nothing was driven. */
export const per100Km = (value: number, { distanceKm }: Totals): number | null =>
  distanceKm === 0 ? null : (value * 100) / distanceKm;

/** Returns a total per driving hour; `null` if nothing was driven. */
export const perDrivingHour = (value: number, { drivingSeconds }: Totals): number | null =>
  drivingSeconds === 0 ? null : (value * 3600) / drivingSeconds;
