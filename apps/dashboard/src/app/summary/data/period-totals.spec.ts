import { aDaySummary } from '@drivewatch/contracts/samples';
import { createDirectory } from './day-totals';
import type { DaySlice } from './period';
import { DayTotalsCache, type PeriodSource, sumPeriod } from './period-totals';

const whole = (day: string): DaySlice => ({ day, fromHour: 0, toHour: 24 });
const DAYS = ['2017-01-01', '2017-01-02', '2017-01-03', '2017-01-04', '2017-01-05'];

/** Each day has one record at 08:00 and ten at 09:00. */
const dayOf = (day: string) =>
  aDaySummary(day, [
    { driverId: 'a', hour: 8, records: 1 },
    { driverId: 'a', hour: 9, records: 10 },
  ]);

/** A file comes over the network, never before others have been asked for. */
const aMoment = () => new Promise((resolve) => setTimeout(resolve));

describe('sumPeriod', () => {
  let loaded: string[];
  let progress: number[];
  let source: PeriodSource;
  const sum = async (slices: DaySlice[], signal = new AbortController().signal) =>
    (await sumPeriod(slices, source, signal)).of(0, 'records');

  beforeEach(() => {
    loaded = [];
    progress = [];
    source = {
      directory: createDirectory([['a', '']]),
      cache: new DayTotalsCache(),
      keyOf: (day) => `run/${day}`,
      load: (day) => {
        loaded.push(day);
        return Promise.resolve(dayOf(day));
      },
      onProgress: (daysDone) => progress.push(daysDone),
    };
  });

  it('adds up whole days and parts of days, and says how far it is', async () => {
    expect(await sum([{ day: '2017-01-01', fromHour: 9, toHour: 24 }, whole('2017-01-02')])).toBe(21);
    expect(progress).toEqual([1, 2]);
  });

  it('loads a whole day once, and a part of a day each time', async () => {
    const part = { day: '2017-01-02', fromHour: 0, toHour: 9 };
    expect(await sum([whole('2017-01-01'), part])).toBe(12);
    expect(await sum([whole('2017-01-01'), part])).toBe(12);
    expect(loaded).toEqual(['2017-01-01', '2017-01-02', '2017-01-02']);
  });

  it('loads at most three days at the same time', async () => {
    let open = 0;
    let most = 0;
    const load = async (day: string) => {
      open += 1;
      most = Math.max(most, open);
      await aMoment();
      open -= 1;
      return dayOf(day);
    };
    source = { ...source, load };
    expect(await sum(DAYS.map(whole))).toBe(55);
    expect(most).toBe(3);
  });

  it('asks for no further day once one has failed, and fails like it', async () => {
    const load = async (day: string) => {
      loaded.push(day);
      await aMoment();
      throw new Error(`no ${day}`);
    };
    source = { ...source, load };
    await expect(sum(DAYS.map(whole))).rejects.toThrow('no 2017-01-01');
    expect(loaded).toHaveLength(3);
  });

  it('stops when the period is no longer wanted', async () => {
    const controller = new AbortController();
    const load = (day: string) => {
      loaded.push(day);
      controller.abort(new Error('not wanted'));
      return Promise.resolve(dayOf(day));
    };
    source = { ...source, load };
    await expect(sum(DAYS.map(whole), controller.signal)).rejects.toThrow('not wanted');
    expect(loaded).toHaveLength(1);
    expect(progress).toEqual([]);
  });
});
