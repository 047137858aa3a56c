import { barCount, highestFirst, moreBars } from './bars';
import { aDriver } from './driver-table.fake';
import { CHARTED_MEASURES } from './measures';

describe('bars of a chart', () => {
  it('are all drivers of a small fleet', () => {
    expect(barCount(7, 0)).toBe(7);
    expect(moreBars(7, 0)).toBe(0);
  });

  it('are the first 20 of a large one, then 20 more at a time, to as many as can be drawn', () => {
    expect([barCount(50, 0), barCount(50, 1), barCount(50, 2)]).toEqual([20, 40, 50]);
    expect([moreBars(50, 0), moreBars(50, 1), moreBars(50, 2)]).toEqual([20, 10, 0]);
    expect(barCount(10_000, 100)).toBe(200);
    expect(moreBars(10_000, 100)).toBe(0);
  });

  it('begin with the highest', () => {
    const [records] = CHARTED_MEASURES;
    if (records === undefined) throw new Error('There are no measures');
    const drivers = [
      aDriver('a', { records: 1 }),
      aDriver('b', { records: 12 }),
      aDriver('c', { records: 3 }),
    ];
    expect(highestFirst(drivers, records).map(({ driverId }) => driverId)).toEqual(['b', 'c', 'a']);
  });
});
