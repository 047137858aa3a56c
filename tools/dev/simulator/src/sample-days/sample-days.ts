import { DETAIL_RECORD_COLUMNS, detailRowToLine } from '@drivewatch/contracts';
import { Random } from '@drivewatch/testing/random';
import { Driver, type SimulatedRecord } from '../fleet/driver';
import { identityOf } from '../fleet/identity';
import { RECORDED } from '../fleet/recorded-statistics';
import { CITIES } from '../fleet/route';
import { SAMPLE_DRIVERS, type SampleDriver } from './drivers';

/**
 * The days are the same for everyone and forever, as if they came with the project as files. They are in January, when
 * no time zone changes its clock: their wall times exist exactly once, whatever the fleet's time zone.
 */
export const SAMPLE_DAYS = ['2026-01-05', '2026-01-06', '2026-01-07'] as const;
const SEED = 20_260_105;

/** A detail-record file. */
export interface SampleFile {
  readonly name: string;
  /** CSV without a header, in chronological order. */
  readonly text: string;
  readonly records: number;
}

/**
 * Returns the sample days, one file each: ten drivers who differ in how they drive, each with working days and nights
 * off.
 *
 * @param days how many of them, counted from the first
 */
export function sampleFiles(days: number = SAMPLE_DAYS.length): SampleFile[] {
  const random = new Random(SEED);
  return SAMPLE_DAYS.slice(0, days).map((day, dayIndex) => {
    const records = SAMPLE_DRIVERS.flatMap((driver, index) => {
      // A seed is drawn even for a day off, so that changing one driver's days does not change the others' driving.
      const seed = random.fork();
      return driver.daysOff.includes(dayIndex) ? [] : workingDay(driver, index, day, seed);
    });
    records.sort((a, b) => a.atMs - b.atMs);
    return { name: `sample-${day}.csv`, text: records.map(toLine).join(''), records: records.length };
  });
}

/** Returns the day's records in chronological order; wall times are treated as if they were UTC. */
function workingDay(driver: SampleDriver, index: number, day: string, seed: number): SimulatedRecord[] {
  const delaySeconds = Math.floor(new Random(seed).between(0, 1800));
  const begin = Date.parse(`${day}T00:00:00Z`) / 1000 + driver.beginsHour * 3600 + delaySeconds;
  const car = new Driver({
    identity: identityOf(index),
    city: CITIES[index % CITIES.length] ?? CITIES[0],
    style: driver.style,
    seed,
    beatPhase: index % RECORDED.beatSeconds,
    beatSeconds: RECORDED.beatSeconds,
  });
  const records: SimulatedRecord[] = [];
  for (let second = begin; second < begin + driver.lastsHours * 3600; second += 1) {
    records.push(...car.advance(second));
  }
  return [...records, ...car.finish()];
}

function toLine({ atMs, fields }: SimulatedRecord): string {
  const record = { ...fields, Time: new Date(atMs).toISOString().slice(0, 19).replace('T', ' ') };
  return detailRowToLine(DETAIL_RECORD_COLUMNS.map((column) => record[column] ?? ''));
}
