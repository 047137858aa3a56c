import { DAY_COLUMNS, type DayColumn, type DaySummary } from '@drivewatch/contracts';

/** The drivers of a run; everything else refers to them by their position in it. */
export interface DriverDirectory {
  readonly driverIds: readonly string[];
  /** Empty for drivers without a plate. */
  readonly plateNumbers: readonly string[];
  readonly positions: ReadonlyMap<string, number>;
}

type Sums = Readonly<Record<DayColumn, Float64Array>>;

/** What the drivers of one day did in some of its hours; entry `i` of each array belongs to one driver. */
export interface DayTotals {
  readonly positions: Int32Array;
  /** The sums are in thousandths, see {@link THOUSANDTHS}. */
  readonly sums: Sums;
}

/**
 * Numbers in the files have up to three decimals. As whole thousandths they add up exactly and in any order, up to 9 ×
 * 10¹², so that the totals of all hours equal the job's own.
 */
const THOUSANDTHS = 1000;

export function createDirectory(drivers: readonly (readonly [string, string])[]): DriverDirectory {
  const driverIds = drivers.map(([driverId]) => driverId);
  return {
    driverIds,
    plateNumbers: drivers.map(([, plateNumber]) => plateNumber),
    positions: new Map(driverIds.map((driverId, position) => [driverId, position])),
  };
}

const createSums = (length: number): Sums =>
  Object.fromEntries(DAY_COLUMNS.map((column) => [column, new Float64Array(length)])) as Record<
    DayColumn,
    Float64Array
  >;

/**
 * Adds up the hours from `fromHour` to before `toHour` of one day.
 *
 * @throws Error when the day has a driver that the directory lacks
 */
export function sumDay(
  day: DaySummary,
  directory: DriverDirectory,
  fromHour: number,
  toHour: number,
): DayTotals {
  const positions = Int32Array.from(day.drivers, (driverId) => {
    const position = directory.positions.get(driverId);
    if (position === undefined)
      throw new Error(`The file of ${day.day} has a driver that the list of drivers lacks`);
    return position;
  });
  const sums = createSums(positions.length);
  for (const column of DAY_COLUMNS) {
    const values = day[column];
    const totals = sums[column];
    const isMaximum = column === 'topSpeedKmh';
    let row = 0;
    for (let driver = 0; driver < positions.length; driver += 1) {
      let total = 0;
      for (const end = row + (day.hours[driver] ?? 0); row < end; row += 1) {
        const hour = day.hour[row] ?? -1;
        if (hour < fromHour || hour >= toHour) continue;
        const value = Math.round((values[row] ?? 0) * THOUSANDTHS);
        total = isMaximum ? Math.max(total, value) : total + value;
      }
      totals[driver] = total;
    }
  }
  return { positions, sums };
}

/** What every driver did in a period: the sum of its days. */
export class FleetTotals {
  private readonly sums: Sums;

  constructor(readonly driverCount: number) {
    this.sums = createSums(driverCount);
  }

  add({ positions, sums }: DayTotals): void {
    for (const column of DAY_COLUMNS) {
      const from = sums[column];
      const to = this.sums[column];
      const isMaximum = column === 'topSpeedKmh';
      positions.forEach((position, index) => {
        const held = to[position] ?? 0;
        const value = from[index] ?? 0;
        to[position] = isMaximum ? Math.max(held, value) : held + value;
      });
    }
  }

  /** Returns a total in the column's own unit. */
  of(position: number, column: DayColumn): number {
    return (this.sums[column][position] ?? 0) / THOUSANDTHS;
  }
}
