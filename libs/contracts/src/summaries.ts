import * as z from 'zod';

/**
 * The objects that the summaries job (tools/summaries) publishes and the Summary page reads. docs/summaries.md
 * describes every file for those who read them with other programs; tools/summaries/tests checks that the job agrees
 * with this file.
 */

/** The key of the one object that changes; it names all the others, which never do. */
export const SUMMARY_MANIFEST_KEY = 'summaries/manifest.json';

/** The key of the job's notes on how its runs end, for monitoring; see {@link summaryRunsSchema}. */
export const SUMMARY_RUNS_KEY = 'summaries/last-run.json';

/** The columns of `hourly.csv`, in order; it has one row per driver and hour of the fleet's wall clock. */
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

/** The columns of each of the six files from which the charts of the Summary page are drawn. */
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

/**
 * The columns of a day's file, per driver and hour. All add up over hours, except `topSpeedKmh`, which is the largest.
 */
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
  /** Records of receivers without satellites, which have no speed; files from before this column count as 0. */
  'recordsWithoutSpeed',
  /** The sum of all speeds; the mean speed is that of the records that have one. */
  'speedSumKmh',
  'drivingSeconds',
  'distanceMetres',
] as const;
export type DayColumn = (typeof DAY_COLUMNS)[number];

const WALL_SECOND = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const count = z.int().min(0);
/** The path is relative to the bucket and lies in the run's own folder. */
const runFile = z.string().regex(/^summaries\/run=[0-9a-f]+\/[\w.=/-]+$/);

/** `summaries/manifest.json`. It is replaced as a whole when a run has published everything that it names. */
export const summaryManifestSchema = z.object({
  /** The hash of the results: the same input always gives the same. */
  run: z.string().regex(/^[0-9a-f]+$/),
  /** The IANA name of the zone of days and hours. */
  timeZone: z.string(),
  /**
   * The wall times of the earliest and of the latest record, `YYYY-MM-DDTHH:MM:SS`. Days before and after these hold
   * only records of dead clocks.
   */
  from: z.string().regex(WALL_SECOND),
  to: z.string().regex(WALL_SECOND),
  rowsGood: count,
  rowsRejected: count,
  /** How many of the good rows have the date of a receiver that was never told the time; older runs lack it. */
  rowsDeadClock: count.optional(),
  inputFiles: count,
  drivers: count,
  /** Each version is raised when a formula changes; numbers of two runs are compared only when they mean the same. */
  formulaVersions: z.object({ drivingSeconds: count, distance: count }),
  files: z.object({
    hourlyCsv: runFile,
    /** Gzipped JSON: `[[driverID, carPlateNumber], …]`, sorted by driver; the plate is the driver's latest. */
    drivers: runFile,
    /** The totals over all days. */
    metrics: z.record(z.enum(SUMMARY_METRICS), runFile),
    /** The days' files by fleet-local day; gzipped JSON, see {@link DaySummary}. */
    days: z.record(z.string().regex(DAY), runFile),
  }),
});
export type SummaryManifest = z.infer<typeof summaryManifestSchema>;

/** `summaries/last-run.json`. It is replaced by each run that succeeds or fails. */
export const summaryRunsSchema = z.object({
  /** The time at which a run last succeeded, in epoch seconds; null before the first that did. */
  lastSuccessSeconds: z.number().min(0).nullable(),
  /** How many runs have failed since then. */
  failedInARow: count,
});
export type SummaryRuns = z.infer<typeof summaryRunsSchema>;

/** `drivers.json.gz`: driver IDs and latest plate numbers, which may be empty. */
export const summaryDriversSchema = z.array(z.tuple([z.string(), z.string()]));

/**
 * One fleet-local day, stored by column, because arrays of one kind of number are small and quick to read. Row `i` of
 * the arrays is one driver and hour. `hours[d]` rows belong to `drivers[d]`, and each driver's rows stand together.
 */
export interface DaySummary extends Readonly<Record<DayColumn, readonly number[]>> {
  /** `YYYY-MM-DD` */
  readonly day: string;
  /** The drivers are sorted by code point. */
  readonly drivers: readonly string[];
  /** How many rows each driver has. */
  readonly hours: readonly number[];
  /** The hour of the day of each row, 0 to 23. An hour that a clock change repeats is one row. */
  readonly hour: readonly number[];
}
