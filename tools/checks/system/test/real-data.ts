import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stack } from '@drivewatch/testing';
import { suiteStack } from './suite-stack';
import { describeWithFiles, FILES, pathOf, replay, sumsOfDrivers, timesOf } from './real-records';

const ROWS = 2_000;
/** The sums over the first rows of the first file, computed by awk, not by this project's code. */
const EXPECTED = [
  ['duxu1000009', 222, 0, 1, 1, 1, 11, 16, 15, 124, 19, 2, 1],
  ['hanhui1000002', 221, 7, 3, 1, 1, 6, 12, 12, 81, 23, 0, 1],
  ['haowei1000008', 215, 1, 1, 1, 1, 5, 14, 13, 164, 15, 5, 1],
  ['likun1000003', 217, 2, 3, 1, 1, 21, 14, 14, 121, 15, 3, 3],
  ['panxian1000005', 231, 0, 3, 2, 2, 17, 18, 18, 162, 26, 0, 4],
  ['shenxian1000004', 227, 3, 2, 1, 1, 7, 21, 21, 225, 17, 4, 0],
  ['xiexiao1000001', 215, 1, 1, 1, 1, 53, 15, 15, 173, 18, 1, 0],
  ['zengpeng1000000', 232, 2, 2, 1, 1, 1, 21, 20, 173, 25, 2, 1],
  ['zouan1000007', 220, 2, 1, 2, 2, 7, 15, 15, 125, 14, 2, 2],
];

describeWithFiles('replaying the beginning of the real records', () => {
  let stack: Stack;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'real-records-'));
    stack = await suiteStack();
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it('stores each of 2,000 rows once, with the sums that they have', async () => {
    const rows = (await readFile(pathOf(FILES[0] ?? ''), 'utf8')).split('\n').slice(0, ROWS);
    const beginning = join(folder, 'beginning');
    await writeFile(beginning, `${rows.join('\n')}\n`);
    await replay(stack, [beginning], ROWS);
    expect(await sumsOfDrivers(stack)).toEqual(EXPECTED);
    expect(await timesOf(stack)).toEqual([
      { first: new Date('2017-01-01T00:00:05Z'), last: new Date('2017-01-01T00:27:58Z') },
    ]);
  });
});
