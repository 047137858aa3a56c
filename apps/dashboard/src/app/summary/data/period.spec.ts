import { daySlices, isWallHour, periodProblem, periodText, quickRanges } from './period';

describe('isWallHour', () => {
  it.each(['2017-01-01T00', '2016-02-29T23', '2017-03-26T02'])('knows %s', (text) => {
    expect(isWallHour(text)).toBe(true);
  });

  it.each(['', '2017-01-01', '2017-02-30T08', '2017-01-01T24', '2017-1-1T08', '2017-01-01T08:00', 'T08'])(
    'refuses "%s"',
    (text) => {
      expect(isWallHour(text)).toBe(false);
    },
  );
});

describe('quickRanges', () => {
  const days = ['2016-12-20', '2016-12-30', '2017-01-02'];
  const rangesOf = (all: readonly string[], today: string, reach: { first?: string; last?: string } = {}) =>
    quickRanges({ days: all, first: all[0] ?? '', last: all.at(-1) ?? '', ...reach }, today).map(
      ({ name, period: { from, to } }) => `${name}: ${from} to ${to}`,
    );

  it('counts back from the last day that has data, by the calendar', () => {
    const expected = [
      'Last day of data: 2017-01-02T00 to 2017-01-03T00',
      'Last 7 days: 2016-12-27T00 to 2017-01-03T00',
      'All: 2016-12-20T00 to 2017-01-03T00',
    ];
    expect(rangesOf(days, '2026-11-29')).toEqual(expected);
    expect(rangesOf(days, '2017-01-02')).toEqual(expected);
  });

  it('ends today when clocks have shown later days', () => {
    const future = [...days, '2017-01-03', '2031-05-01'];
    expect(rangesOf(future, '2017-01-02')).toEqual([
      'Last day of data: 2017-01-02T00 to 2017-01-03T00',
      'Last 7 days: 2016-12-27T00 to 2017-01-03T00',
      'All: 2016-12-20T00 to 2017-01-03T00',
    ]);
    expect(rangesOf(future, '2017-01-01').at(0)).toBe('Last day of data: 2016-12-30T00 to 2016-12-31T00');
    expect(rangesOf(future, '2017-01-01').at(2)).toBe('All: 2016-12-20T00 to 2017-01-02T00');
  });

  it('ignores days that only dead receivers have shown', () => {
    const dead = ['1970-01-01', '1980-01-06', '1999-08-22', '2006-12-31', ...days];
    expect(rangesOf(dead, '2026-11-29', { first: '2016-12-20' })).toEqual(rangesOf(days, '2026-11-29'));
  });

  it('opens on today, and neither on a dead day nor on a future one, if there is no other', () => {
    const today = '2026-11-29';
    const onToday = 'Last day of data: 2026-11-29T00 to 2026-11-30T00';
    expect(rangesOf(['1980-01-06'], today).at(0)).toBe(onToday);
    expect(rangesOf(['2031-05-01'], today)).toEqual([
      onToday,
      'Last 7 days: 2026-11-23T00 to 2026-11-30T00',
      'All: 2026-11-29T00 to 2026-11-30T00',
    ]);
    expect(rangesOf(['1980-01-06', '2031-05-01'], today).at(0)).toBe(onToday);
  });
});

describe('periodProblem', () => {
  it.each([
    ['', '2017-01-01T00', /begin with/],
    ['2017-01-01T00', '2017-13-01T00', /end before/],
    ['2017-01-01T08', '2017-01-01T08', /empty/],
    ['2017-01-02T08', '2017-01-01T09', /ends before it begins/],
  ])('says what is wrong with %s to %s', (from, to, problem) => {
    expect(periodProblem({ from, to })).toMatch(problem);
  });

  it('has nothing to say about an hour', () => {
    expect(periodProblem({ from: '2017-01-01T23', to: '2017-01-02T00' })).toBeNull();
  });
});

describe('daySlices', () => {
  const days = ['2017-01-01', '2017-01-02', '2017-01-04'];

  it('cuts the first and the last day at their hours, and leaves out days without data', () => {
    expect(daySlices({ from: '2017-01-01T08', to: '2017-01-04T17' }, days)).toEqual([
      { day: '2017-01-01', fromHour: 8, toHour: 24 },
      { day: '2017-01-02', fromHour: 0, toHour: 24 },
      { day: '2017-01-04', fromHour: 0, toHour: 17 },
    ]);
  });

  it('takes nothing of the day that a period ends before', () => {
    expect(daySlices({ from: '2017-01-01T00', to: '2017-01-02T00' }, days)).toEqual([
      { day: '2017-01-01', fromHour: 0, toHour: 24 },
    ]);
  });

  it('finds hours within one day', () => {
    expect(daySlices({ from: '2017-01-02T02', to: '2017-01-02T03' }, days)).toEqual([
      { day: '2017-01-02', fromHour: 2, toHour: 3 },
    ]);
  });

  it('finds nothing where there is no data', () => {
    expect(daySlices({ from: '2017-01-03T00', to: '2017-01-04T00' }, days)).toEqual([]);
  });
});

describe('periodText', () => {
  it('names hours of the wall clock', () => {
    expect(periodText({ from: '2017-01-01T08', to: '2017-01-02T00' })).toBe(
      '2017-01-01 08:00 to 2017-01-02 00:00',
    );
  });
});
