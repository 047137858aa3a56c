import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  METRIC_CSV_COLUMNS,
  SUMMARY_MANIFEST_KEY,
  SUMMARY_METRICS,
  type SummaryManifest,
} from '@drivewatch/contracts';
import { aDaySummary, type SampleHour } from '@drivewatch/contracts/samples';

export interface SampleRun {
  /** The hours of each day, by `YYYY-MM-DD`. */
  readonly days: Readonly<Record<string, readonly SampleHour[]>>;
  /** The plates by driver. */
  readonly plates?: Readonly<Record<string, string>>;
  readonly rowsRejected?: number;
  readonly rowsDeadClock?: number;
  readonly computedAt?: Date;
  /** First and last day of the records whose clock is right; all days by default. */
  readonly reach?: readonly [string, string];
}

/** The public bucket of the stack, a folder, written as the summaries job does it. */
export class SummaryBucket {
  private runs = 0;

  constructor(readonly folder: string) {}

  /** Publishes a run, and removes the one before. */
  async publish(sample: SampleRun): Promise<SummaryManifest> {
    const { days, plates = {}, rowsRejected = 0, rowsDeadClock = 0, computedAt, reach } = sample;
    await this.clear();
    this.runs += 1;
    const run = `f${this.runs}`;
    const folder = `summaries/run=${run}`;
    const hours = Object.values(days).flat();
    const drivers = [...new Set(hours.map(({ driverId }) => driverId))].sort();
    const dayNames = Object.keys(days).sort();
    const [first = '', last = ''] = reach ?? [dayNames[0], dayNames.at(-1)];
    const manifest: SummaryManifest = {
      run,
      timeZone: 'Asia/Shanghai',
      from: `${first}T00:00:05`,
      to: `${last}T23:59:55`,
      rowsGood: hours.reduce((sum, { records = 0 }) => sum + records, 0),
      rowsRejected,
      rowsDeadClock,
      inputFiles: 1,
      drivers: drivers.length,
      formulaVersions: { drivingSeconds: 1, distance: 1 },
      files: {
        hourlyCsv: `${folder}/hourly.csv`,
        drivers: `${folder}/drivers.json.gz`,
        metrics: Object.fromEntries(
          SUMMARY_METRICS.map((metric) => [metric, `${folder}/${metric}.csv`]),
        ) as SummaryManifest['files']['metrics'],
        days: Object.fromEntries(dayNames.map((day) => [day, `${folder}/days/${day}.json.gz`])),
      },
    };
    for (const [day, dayHours] of Object.entries(days))
      await this.put(`${folder}/days/${day}.json.gz`, gzipSync(JSON.stringify(aDaySummary(day, dayHours))));
    const listed = drivers.map((driver) => [driver, plates[driver] ?? '']);
    await this.put(manifest.files.drivers, gzipSync(JSON.stringify(listed)));
    for (const key of Object.values(manifest.files.metrics))
      await this.put(key, `${METRIC_CSV_COLUMNS.join(',')}\n`);
    await this.put(SUMMARY_MANIFEST_KEY, JSON.stringify(manifest));
    if (computedAt) await utimes(join(this.folder, SUMMARY_MANIFEST_KEY), computedAt, computedAt);
    return manifest;
  }

  async put(key: string, content: Uint8Array | string): Promise<void> {
    const path = join(this.folder, key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }

  async remove(key: string): Promise<void> {
    await rm(join(this.folder, key));
  }

  async clear(): Promise<void> {
    await rm(join(this.folder, 'summaries'), { recursive: true, force: true });
  }
}
