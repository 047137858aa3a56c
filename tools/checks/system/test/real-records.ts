import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv, settings } from '@drivewatch/config';
import { eventually, type Stack } from '@drivewatch/testing';
import * as z from 'zod';

/** Two files of the public COMP4442 data set. */
export const FILES = ['detail_record_2017_01_02_08_00_00', 'detail_record_2017_01_03_08_00_00'];

const { REAL_DATA_DIR: dataDir } = parseEnv(z.object(settings.testFolders));
const hasFiles = dataDir !== undefined && FILES.every((file) => readdirSync(dataDir).includes(file));

/** The files are not part of the project; without them, the summary of the run says that this was skipped. */
export const describeWithFiles = hasFiles ? describe : describe.skip;

export const pathOf = (file: string): string => resolve(dataDir ?? '', file);

/** Replays files as fast as they are accepted, and waits until that many records are stored. */
export async function replay(stack: Stack, files: readonly string[], count: number): Promise<void> {
  const replayer = spawn(
    process.execPath,
    ['dist/tools/cli/main.mjs', 'replay', ...files, '--url', stack.url, '--speed', 'max'],
    { stdio: 'ignore' },
  );
  expect(await once(replayer, 'exit')).toEqual([0, null]);
  await eventually(async () => {
    const [row] = await stack.query<{ count: number }>('SELECT count(*)::int AS count FROM driving_record');
    expect(row?.count).toBe(count);
  });
}

/**
 * Returns for each driver: records, speed-ups, slow-downs, neutral slides, finished ones, their seconds, overspeeds,
 * finished ones, their seconds, fatigue records, throttle stops, oil leaks.
 */
export async function sumsOfDrivers(stack: Stack): Promise<(string | number)[][]> {
  const sums = await stack.query<Record<string, string | number>>(`
    SELECT driver_id, count(*)::int, count(*) FILTER (WHERE rapid_speedup)::int AS speedups,
      count(*) FILTER (WHERE rapid_slowdown)::int AS slowdowns,
      count(*) FILTER (WHERE neutral_slide)::int AS slides,
      count(*) FILTER (WHERE neutral_slide_finished)::int AS slides_finished,
      sum(neutral_slide_seconds) AS slide_seconds,
      count(*) FILTER (WHERE overspeed)::int AS overspeeds,
      count(*) FILTER (WHERE overspeed_finished)::int AS overspeeds_finished,
      sum(overspeed_seconds) AS overspeed_seconds,
      count(*) FILTER (WHERE fatigue_driving)::int AS fatigue,
      count(*) FILTER (WHERE throttle_stop)::int AS throttle_stops,
      count(*) FILTER (WHERE oil_leak)::int AS oil_leaks
    FROM driving_record GROUP BY driver_id ORDER BY driver_id`);
  return sums.map((row) => Object.values(row));
}

/** Returns when the first and the last record were made. */
export const timesOf = (stack: Stack): Promise<{ first: Date; last: Date }[]> =>
  stack.query('SELECT min(recorded_at) AS first, max(recorded_at) AS last FROM driving_record');
