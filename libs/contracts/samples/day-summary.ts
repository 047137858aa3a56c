import { DAY_COLUMNS, type DayColumn, type DaySummary } from '../src/summaries';

/** One driver's hour of a day; every column that is left out is 0. */
export interface SampleHour extends Partial<Readonly<Record<DayColumn, number>>> {
  readonly driverId: string;
  readonly hour: number;
}

/** Returns a day's file of the summaries. @param day `YYYY-MM-DD`. @param hours those of one driver stand together */
export function aDaySummary(day: string, hours: readonly SampleHour[]): DaySummary {
  const drivers = [...new Set(hours.map(({ driverId }) => driverId))];
  const columns = Object.fromEntries(
    DAY_COLUMNS.map((column) => [column, hours.map((sample) => sample[column] ?? 0)]),
  ) as unknown as Record<DayColumn, number[]>;
  return {
    day,
    drivers,
    hours: drivers.map((driver) => hours.filter(({ driverId }) => driverId === driver).length),
    hour: hours.map(({ hour }) => hour),
    ...columns,
  };
}
