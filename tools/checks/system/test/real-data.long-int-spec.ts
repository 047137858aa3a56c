import { type Stack, startStack } from '@drivewatch/testing';
import { describeWithFiles, FILES, pathOf, replay, sumsOfDrivers, timesOf } from './real-records';

/** The sums over both files, computed by other means, not by this project's code. */
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

describeWithFiles('replaying the real records', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ consumers: 2, timeZone: 'Asia/Shanghai' });
  });
  afterAll(() => stack.stop());

  it('stores each of the 79,371 rows once, with the sums that the files have', async () => {
    await replay(stack, FILES.map(pathOf), 79_371);
    expect(await sumsOfDrivers(stack)).toEqual(EXPECTED);
    expect(await timesOf(stack)).toEqual([
      { first: new Date('2017-01-01T00:00:05Z'), last: new Date('2017-01-02T19:37:40Z') },
    ]);
  });
});
