import * as z from 'zod';
import {
  DAY_COLUMNS,
  DECIMAL_PATTERN,
  DETAIL_RECORD_COLUMNS,
  DRIVER_ID_PATTERN,
  HOURLY_CSV_COLUMNS,
  ISO_TIME_PATTERN,
  LIMITS,
  METRIC_CSV_COLUMNS,
  SHORT_ROW_FIELDS,
  SUMMARY_MANIFEST_KEY,
  SUMMARY_METRICS,
  SUMMARY_RUNS_KEY,
  summaryDriversSchema,
  summaryManifestSchema,
  summaryRunsSchema,
  WALL_TIME_PATTERN,
} from '../src';

/** Returns a pattern in a form that other languages can read: its source, and whether it ignores case. */
const pattern = ({ source, ignoreCase }: RegExp) => ({ source, ignoreCase });

/** Everything that programs in other languages have to agree on with this library, as plain JSON. */
export const contract = {
  detailRecordColumns: DETAIL_RECORD_COLUMNS,
  shortRowFields: SHORT_ROW_FIELDS,
  limits: LIMITS,
  patterns: {
    driverId: pattern(DRIVER_ID_PATTERN),
    decimal: pattern(DECIMAL_PATTERN),
    wallTime: pattern(WALL_TIME_PATTERN),
    isoTime: pattern(ISO_TIME_PATTERN),
  },
  hourlyCsvColumns: HOURLY_CSV_COLUMNS,
  metricCsvColumns: METRIC_CSV_COLUMNS,
  summaryMetrics: SUMMARY_METRICS,
  dayColumns: DAY_COLUMNS,
  summaryManifestKey: SUMMARY_MANIFEST_KEY,
  /** The JSON Schema of the manifest. */
  summaryManifest: z.toJSONSchema(summaryManifestSchema),
  summaryRunsKey: SUMMARY_RUNS_KEY,
  summaryRuns: z.toJSONSchema(summaryRunsSchema),
  summaryDrivers: z.toJSONSchema(summaryDriversSchema),
};
