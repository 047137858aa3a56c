import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  DAY_COLUMNS,
  type DayColumn,
  type DaySummary,
  SUMMARY_MANIFEST_KEY,
  SUMMARY_METRICS,
  type SummaryManifest,
} from '@drivewatch/contracts';
import { Random } from '@drivewatch/testing/random';

const RUN = 'summaries/run=be9c';
const FIRST_DAY_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
/**
 * The averages of the real fleet's records: an hour of driving is 360 records, of which this many on average report
 * each event.
 */
const HOURLY_MEANS: Readonly<Record<DayColumn, number>> = {
  records: 360,
  rapidSpeedups: 3,
  rapidSlowdowns: 3,
  neutralSlides: 3,
  neutralSlidesFinished: 3,
  neutralSlideSeconds: 30,
  overspeeds: 30,
  overspeedsFinished: 30,
  overspeedSeconds: 300,
  fatigueRecords: 40,
  throttleStops: 3,
  oilLeaks: 3,
  topSpeedKmh: 110,
  recordsWithoutSpeed: 0,
  speedSumKmh: 30_000,
  drivingSeconds: 3_500,
  distanceMetres: 90_000,
};

export interface SummaryBucketSize {
  readonly drivers: number;
  readonly days: number;
  readonly hoursPerDay: number;
}

/** Writes what a run of the summaries job publishes for the page. It is seeded: the same size gives the same bytes. */
export async function writeSummaryBucket(
  folder: string,
  { drivers, days, hoursPerDay }: SummaryBucketSize,
): Promise<{ bytes: number; compressedBytes: number; manifest: SummaryManifest }> {
  const random = new Random(2026);
  const ids = Array.from({ length: drivers }, (_, index) => `driver${String(1_000_000 + index)}`);
  const dayFiles: Record<string, string> = {};
  let bytes = 0;
  let compressedBytes = 0;
  const write = async (key: string, content: Uint8Array): Promise<void> => {
    await mkdir(dirname(join(folder, key)), { recursive: true });
    await writeFile(join(folder, key), content);
  };
  for (let index = 0; index < days; index += 1) {
    const day = new Date(FIRST_DAY_MS + index * DAY_MS).toISOString().slice(0, 10);
    const json = JSON.stringify(makeDay(day, ids, hoursPerDay, random));
    const compressed = gzipSync(json);
    const key = `${RUN}/days/${day}.json.gz`;
    await write(key, compressed);
    dayFiles[day] = key;
    bytes += json.length;
    compressedBytes += compressed.length;
  }
  const driversKey = `${RUN}/drivers.json.gz`;
  await write(driversKey, gzipSync(JSON.stringify(ids.map((id, index) => [id, `华A${10_000 + index}`]))));
  const dayNames = Object.keys(dayFiles);
  const manifest: SummaryManifest = {
    run: RUN.slice(RUN.indexOf('=') + 1),
    timeZone: 'Asia/Shanghai',
    from: `${dayNames[0] ?? ''}T08:00:00`,
    to: `${dayNames.at(-1) ?? ''}T17:59:59`,
    rowsGood: drivers * days * hoursPerDay * HOURLY_MEANS.records,
    rowsRejected: 0,
    inputFiles: days,
    drivers,
    formulaVersions: { drivingSeconds: 1, distance: 1 },
    files: {
      hourlyCsv: `${RUN}/hourly.csv`,
      drivers: driversKey,
      metrics: Object.fromEntries(
        SUMMARY_METRICS.map((metric) => [metric, `${RUN}/${metric}.csv`]),
      ) as SummaryManifest['files']['metrics'],
      days: dayFiles,
    },
  };
  await write(SUMMARY_MANIFEST_KEY, Buffer.from(JSON.stringify(manifest)));
  return { bytes, compressedBytes, manifest };
}

function makeDay(day: string, drivers: readonly string[], hoursPerDay: number, random: Random): DaySummary {
  const rows = drivers.length * hoursPerDay;
  const columns = Object.fromEntries(
    DAY_COLUMNS.map((column) => [
      column,
      Array.from({ length: rows }, () => Math.round(random.next() * 2 * HOURLY_MEANS[column])),
    ]),
  ) as unknown as Record<DayColumn, number[]>;
  return {
    day,
    drivers,
    hours: drivers.map(() => hoursPerDay),
    hour: Array.from({ length: rows }, (_, row) => 8 + (row % hoursPerDay)),
    ...columns,
  };
}
