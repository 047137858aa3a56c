import * as z from 'zod';

/**
 * What the summaries job (tools/summaries) publishes and the Summary page reads. docs/summaries.md describes every
 * file for those who read them with other programs; tools/summaries/tests checks that the job agrees with this file.
 */

/** Key of the one object that changes; it names all others, which never do. */
export const SUMMARY_MANIFEST_KEY = 'summaries/manifest.json';

/** Key of what the job notes of how its runs end, for monitoring; see {@link summaryRunsSchema}. */
export const SUMMARY_RUNS_KEY = 'summaries/last-run.json';

/** Columns of `hourly.csv`, in order; one row per driver and hour on the fleet's wall clock. */
export const HOURLY_CSV_COLUMNS = [
  'driverID',
  'carPlateNumber',
  'hour',
  'records',
  'rapidSpeedups',
  'rapidSlowdowns',
  'neutralSlides',
  'neutralSlidesFinished',
  'neutralSlideSeconds',
  'overspeeds',
  'overspeedsFinished',
  'overspeedSeconds',
  'fatigueRecords',
  'throttleStops',
  'oilLeaks',
  'topSpeedKmh',
  'meanSpeedKmh',
  'drivingSeconds',
  'distanceKm',
] as const;

/** Columns of each of the six files that a chart of the Summary page is drawn from. */
export const METRIC_CSV_COLUMNS = ['driverID', 'carPlateNumber', 'value'] as const;

/** The six charts of the Summary page, in the original's order. */
export const SUMMARY_METRICS = [
  'records',
  'fatigueRecords',
  'neutralSlides',
  'neutralSlideSeconds',
  'overspeeds',
  'overspeedSeconds',
] as const;
export type SummaryMetric = (typeof SUMMARY_METRICS)[number];

/** What a day's file counts per driver and hour; all add up over hours, except `topSpeedKmh`, the largest. */
export const DAY_COLUMNS = [
  'records',
  'rapidSpeedups',
  'rapidSlowdowns',
  'neutralSlides',
  'neutralSlidesFinished',
  'neutralSlideSeconds',
  'overspeeds',
  'overspeedsFinished',
  'overspeedSeconds',
  'fatigueRecords',
  'throttleStops',
  'oilLeaks',
  'topSpeedKmh',
  /** Records of receivers without satellites, which have no speed; files of before this lack it, where it is 0. */
  'recordsWithoutSpeed',
  /** Sum of all speeds; the mean speed is that of the records that have one. */
  'speedSumKmh',
  'drivingSeconds',
  'distanceMetres',
] as const;
export type DayColumn = (typeof DAY_COLUMNS)[number];

const WALL_SECOND = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const count = z.int().min(0);
/** Relative to the bucket, and inside the run's own folder. */
const runFile = z.string().regex(/^summaries\/run=[0-9a-f]+\/[\w.=/-]+$/);

/** `summaries/manifest.json`, replaced as a whole when a run has published everything that it names. */
export const summaryManifestSchema = z.object({
  /** Hash of the results: the same input always has the same. */
  run: z.string().regex(/^[0-9a-f]+$/),
  /** IANA name of the zone that days and hours are in. */
  timeZone: z.string(),
  /**
   * Wall time of the earliest and of the latest record, `YYYY-MM-DDTHH:MM:SS`, but for those of dead clocks: days before
   * or after hold nothing else.
   */
  from: z.string().regex(WALL_SECOND),
  to: z.string().regex(WALL_SECOND),
  rowsGood: count,
  rowsRejected: count,
  /** How many of the good rows have the date of a receiver that has not been told the time; older runs lack it. */
  rowsDeadClock: count.optional(),
  inputFiles: count,
  drivers: count,
  /** Raised when a formula changes, so that numbers of two runs are compared only when they mean the same. */
  formulaVersions: z.object({ drivingSeconds: count, distance: count }),
  files: z.object({
    hourlyCsv: runFile,
    /** Gzipped JSON: `[[driverID, carPlateNumber], …]`, sorted by driver; the plate is the driver's latest. */
    drivers: runFile,
    /** Totals over all days. */
    metrics: z.record(z.enum(SUMMARY_METRICS), runFile),
    /** Gzipped JSON, see {@link DaySummary}; by fleet-local day. */
    days: z.record(z.string().regex(DAY), runFile),
  }),
});
export type SummaryManifest = z.infer<typeof summaryManifestSchema>;

/** `summaries/last-run.json`, replaced by each run that ends well or fails. */
export const summaryRunsSchema = z.object({
  /** When a run last ended well, epoch seconds; null before the first that did. */
  lastSuccessSeconds: z.number().min(0).nullable(),
  /** Failed runs since then. */
  failedInARow: count,
});
export type SummaryRuns = z.infer<typeof summaryRunsSchema>;

/** `drivers.json.gz`: driver ID and latest plate number, which may be empty. */
export const summaryDriversSchema = z.array(z.tuple([z.string(), z.string()]));

/**
 * One fleet-local day, by column, because arrays of one kind of number are small and quick to read. Row `i` of the
 * arrays is one driver and hour; `hours[d]` rows belong to `drivers[d]`, one driver's after the other's.
 */
export interface DaySummary extends Readonly<Record<DayColumn, readonly number[]>> {
  /** `YYYY-MM-DD` */
  readonly day: string;
  /** Sorted by code point. */
  readonly drivers: readonly string[];
  /** How many rows each driver has. */
  readonly hours: readonly number[];
  /** Hour of the day of each row, 0 to 23. An hour that a clock change repeats is one row. */
  readonly hour: readonly number[];
}
