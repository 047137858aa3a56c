import { SUMMARY_METRICS, type SummaryMetric } from '@drivewatch/contracts';
import type { Totals } from './driver-totals';

/** How many decimals of a number are shown. */
export interface Decimals {
  readonly least: number;
  readonly most: number;
}

export const WHOLE: Decimals = { least: 0, most: 0 };
/** The decimals of numbers that are whole in most fleets. */
export const UP_TO_3: Decimals = { least: 0, most: 3 };
/** All rates have the same number of decimals, so that they can be compared down a column. */
export const RATE_DECIMALS: Decimals = { least: 2, most: 2 };
export const SCORE_DECIMALS: Decimals = { least: 1, most: 1 };

/** A number that the page shows for drivers and for the fleet. */
export interface Measure {
  readonly key: keyof Totals;
  /** The name as a heading, without the unit. */
  readonly name: string;
  /** Empty for counts. */
  readonly unit: '' | 's' | 'km' | 'km/h';
  readonly decimals: Decimals;
  /** Whether rates per 100 km and per driving hour make sense: the measure grows with how much is driven. */
  readonly hasRates: boolean;
}

const event = (key: keyof Totals, name: string): Measure => ({
  key,
  name,
  unit: '',
  decimals: WHOLE,
  hasRates: true,
});
const duration = (key: keyof Totals, name: string): Measure => ({
  key,
  name,
  unit: 's',
  decimals: UP_TO_3,
  hasRates: true,
});

/** All measures that the page shows, in the order of the columns. */
export const MEASURES: readonly Measure[] = [
  { key: 'records', name: 'Records', unit: '', decimals: WHOLE, hasRates: false },
  { key: 'distanceKm', name: 'Distance', unit: 'km', decimals: { least: 3, most: 3 }, hasRates: false },
  { key: 'drivingSeconds', name: 'Driving time', unit: 's', decimals: UP_TO_3, hasRates: false },
  { key: 'topSpeedKmh', name: 'Top speed', unit: 'km/h', decimals: UP_TO_3, hasRates: false },
  { key: 'meanSpeedKmh', name: 'Mean speed', unit: 'km/h', decimals: { least: 1, most: 1 }, hasRates: false },
  event('rapidSpeedups', 'Rapid speed-ups'),
  event('rapidSlowdowns', 'Rapid slow-downs'),
  event('neutralSlides', 'Neutral slides'),
  { ...event('neutralSlidesFinished', 'Neutral slides finished'), hasRates: false },
  duration('neutralSlideSeconds', 'Neutral-slide time'),
  event('overspeeds', 'Overspeeds'),
  { ...event('overspeedsFinished', 'Overspeeds finished'), hasRates: false },
  duration('overspeedSeconds', 'Overspeed time'),
  event('fatigueRecords', 'Fatigue behaviours'),
  event('throttleStops', 'Throttle stops'),
  event('oilLeaks', 'Oil leaks'),
];

/** The measures that have a chart. */
export const CHARTED_MEASURES = SUMMARY_METRICS.map((metric) => {
  const measure = MEASURES.find(({ key }) => key === metric);
  if (measure === undefined) throw new Error(`There is no measure ${metric}`);
  return { ...measure, key: metric } satisfies Measure & { key: SummaryMetric };
});

export type ChartedMeasure = (typeof CHARTED_MEASURES)[number];

/** Returns a measure's name with its unit, such as `Distance (km)`. */
export const headingOf = ({ name, unit }: Pick<Measure, 'name' | 'unit'>): string =>
  unit === '' ? name : `${name} (${unit})`;

const formats = new Map<Decimals, Intl.NumberFormat>();

/** Formats a number for people, such as `1,234.5`; `n/a` if there is none. */
export function formatNumber(value: number | null, decimals: Decimals): string {
  if (value === null) return 'n/a';
  let format = formats.get(decimals);
  if (format === undefined) {
    format = new Intl.NumberFormat('en', {
      minimumFractionDigits: decimals.least,
      maximumFractionDigits: decimals.most,
    });
    formats.set(decimals, format);
  }
  return format.format(value);
}

/** Formats a count for people, such as `79,371`. */
export const formatCount = (count: number): string => formatNumber(count, WHOLE);
