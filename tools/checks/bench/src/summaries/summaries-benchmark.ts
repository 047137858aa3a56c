import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseEnv } from '@drivewatch/config';
import { ensureTestEnvironment } from '@drivewatch/testing';
import * as z from 'zod';
import { printTable } from '../figures';
import { measureRun, type RunFigures } from './measured-run';

const SCRIPTS = 'tools/summaries/bench';
const SPARK_SUBMIT = 'dist/tools/spark-submit/main.mjs';
const DAYS = 365;
const DRIVERS = 100;
const GOAL_ROWS_PER_CORE = 300_000;
/**
 * The most that a new day after a year may cost, as a multiple of that day alone in an empty bucket; both include
 * start-up.
 */
const NEW_DAY_LIMIT = 1.5;

export interface SummariesOptions {
  /** Rows of the year, in millions. */
  readonly million: number;
  /** Folder on a disk with room for about 600 bytes a row. */
  readonly workdir: string;
}

/**
 * Runs the summaries job over a year of synthetic rows, then over one more day, over that day alone, and DuckDB over
 * the same year; prints rows per second, memory and ratios. Exits with 1 when a new day costs more than it may.
 */
export async function runSummariesBenchmark({ million, workdir }: SummariesOptions): Promise<void> {
  const rowsPerDay = Math.round((million * 1e6) / DAYS);
  const { python, bin } = await ensureTestEnvironment((message) => {
    console.log(message);
  });
  const inherited = parseEnv(z.record(z.string(), z.string()));
  const env = {
    ...inherited,
    SPARK_SUBMIT: join(bin, 'spark-submit'),
    // PySpark's script runs the first Python on the PATH.
    PATH: `${bin}:${inherited.PATH ?? ''}`,
  };
  const folder = await mkdtemp(join(workdir, 'drivewatch-bench-'));
  const measure = (command: string, args: readonly string[], more: Record<string, string> = {}) =>
    measureRun(command, args, { ...env, ...more }, folder);
  const summarise = (bucket: string): Promise<RunFigures> =>
    measure(process.execPath, [SPARK_SUBMIT], {
      DRIVEWATCH_DIR: folder,
      RECORDS_BUCKET: pathToFileURL(join(folder, bucket)).href,
      PUBLIC_BUCKET: pathToFileURL(join(folder, `${bucket}-public`)).href,
    });
  const generate = (target: string, firstDay: number, days: number): Promise<RunFigures> => {
    const numbers = [firstDay, days, rowsPerDay, DRIVERS].map(String);
    return measure(python, [join(SCRIPTS, 'generate_rows.py'), target, ...numbers]);
  };
  try {
    const rows = rowsPerDay * DAYS;
    const yearInput = join(folder, 'year/records');
    console.log(`Writing ${rows.toLocaleString('en')} rows of ${DRIVERS} drivers in ${DAYS} files…`);
    await generate(yearInput, 0, DAYS);
    await generate(join(folder, 'day/records'), DAYS, 1);
    console.log('DuckDB over the year…');
    const peerScript = [join(SCRIPTS, 'duckdb_peer.py'), yearInput, join(folder, 'peer.csv')];
    const peer = await measure(python, [...peerScript, String(availableParallelism())]);
    console.log('The job over the year…');
    const year = await summarise('year');
    console.log('One day more…');
    const newDay = `day-${String(DAYS).padStart(4, '0')}.csv`;
    await mkdir(yearInput, { recursive: true });
    await copyFile(join(folder, 'day/records', newDay), join(yearInput, newDay));
    const oneMore = await summarise('year');
    console.log('That day alone…');
    const alone = await summarise('day');
    report({ rows, rowsPerDay, peer, year, oneMore, alone });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Results {
  readonly rows: number;
  readonly rowsPerDay: number;
  readonly peer: RunFigures;
  readonly year: RunFigures;
  readonly oneMore: RunFigures;
  readonly alone: RunFigures;
}

function report({ rows, rowsPerDay, peer, year, oneMore, alone }: Results): void {
  const cores = availableParallelism();
  console.log(
    `\n${cores} × ${cpus()[0]?.model.trim() ?? 'core'}; Node ${process.version}; one run of each\n`,
  );
  const line = (name: string, count: number, { seconds, peakMegabytes }: RunFigures): string[] => [
    name,
    count.toLocaleString('en'),
    seconds.toFixed(1),
    Math.round(count / seconds).toLocaleString('en'),
    Math.round(count / seconds / cores).toLocaleString('en'),
    peakMegabytes.toFixed(0),
  ];
  printTable(
    ['', 'rows', 'seconds', 'rows/s', 'rows/s per core', 'peak MB'],
    [
      line('DuckDB, the year', rows, peer),
      line('the job, the year', rows, year),
      line('the job, one day more', rowsPerDay, oneMore),
      line('the job, that day alone', rowsPerDay, alone),
    ],
  );
  const perCore = rows / year.seconds / cores;
  const newDay = oneMore.seconds / alone.seconds;
  console.log(
    `\nThe year takes ${(year.seconds / peer.seconds).toFixed(1)}× as long as DuckDB; ` +
      `goal of ${GOAL_ROWS_PER_CORE.toLocaleString('en')} rows/s per core ${perCore >= GOAL_ROWS_PER_CORE ? 'reached' : 'not reached'}.`,
  );
  const isReached = newDay <= NEW_DAY_LIMIT;
  console.log(
    `A new day costs ${newDay.toFixed(2)}× that day alone (limit ${NEW_DAY_LIMIT}): ${isReached ? 'reached' : 'not reached'}.`,
  );
  console.log(`\nWhere the year's time went:\n${year.output.trim()}`);
  if (!isReached) process.exitCode = 1;
}
