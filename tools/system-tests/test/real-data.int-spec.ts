import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv, testEnvSchema } from '@drivewatch/config';
import { eventually, type Stack, startStack } from '@drivewatch/test-stack';

/**
 * What two files of the public COMP4442 data set add up to, per driver: records, speed-ups, slow-downs, neutral slides,
 * finished ones, their seconds, overspeeds, finished ones, their seconds, fatigue records, throttle stops, oil leaks.
 * Counted from the files by other means, not by this project's code.
 */
const EXPECTED = [
  ['duxu1000009', 11758, 75, 92, 92, 92, 1013, 830, 830, 8187, 1019, 87, 81],
  ['hanhui1000002', 6741, 60, 54, 36, 36, 297, 467, 467, 5324, 564, 59, 45],
  ['haowei1000008', 1379, 8, 9, 8, 8, 32, 107, 107, 895, 113, 15, 13],
  ['likun1000003', 9673, 78, 76, 59, 59, 624, 713, 713, 6601, 796, 72, 87],
  ['panxian1000005', 8568, 70, 75, 64, 64, 460, 629, 629, 5954, 742, 69, 76],
  ['shenxian1000004', 8006, 70, 61, 58, 58, 690, 546, 546, 5521, 634, 56, 60],
  ['xiexiao1000001', 12535, 90, 87, 93, 93, 1048, 833, 832, 8211, 976, 121, 79],
  ['xiezhi1000006', 5862, 41, 39, 47, 47, 321, 404, 404, 3906, 497, 54, 47],
  ['zengpeng1000000', 8645, 79, 62, 51, 51, 462, 619, 618, 6146, 738, 58, 78],
  ['zouan1000007', 6204, 40, 52, 56, 56, 424, 443, 443, 4144, 502, 45, 53],
];
const FILES = ['detail_record_2017_01_02_08_00_00', 'detail_record_2017_01_03_08_00_00'];

const { REAL_DATA_DIR: dataDir } = parseEnv(testEnvSchema);
const hasFiles = dataDir !== undefined && FILES.every((file) => readdirSync(dataDir).includes(file));

// The files are not part of the project; where they are not, the summary of the run says that this was skipped.
(hasFiles ? describe : describe.skip)('replaying the real records', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ consumers: 2, timeZone: 'Asia/Shanghai' });
  });
  afterAll(() => stack.stop());

  it('stores each of the 79,371 rows once, with the sums that the files have', async () => {
    const files = FILES.map((file) => resolve(dataDir ?? '', file));
    const replayer = spawn(
      process.execPath,
      ['dist/tools/replayer/main.mjs', ...files, '--url', stack.url, '--speed', 'max'],
      { stdio: 'ignore' },
    );
    expect(await once(replayer, 'exit')).toEqual([0, null]);
    await eventually(async () => {
      const [row] = await stack.query<{ count: number }>('SELECT count(*)::int AS count FROM driving_record');
      expect(row?.count).toBe(79_371);
    });
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
    expect(sums.map((row) => Object.values(row))).toEqual(EXPECTED);
    const [times] = await stack.query<{ first: Date; last: Date }>(
      'SELECT min(recorded_at) AS first, max(recorded_at) AS last FROM driving_record',
    );
    expect(times).toEqual({
      first: new Date('2017-01-01T00:00:05Z'),
      last: new Date('2017-01-02T19:37:40Z'),
    });
  });
});
