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
  it('counts back from the last day that has data, by the calendar', () => {
    const ranges = quickRanges(['2016-12-20', '2016-12-30', '2017-01-02']);
    expect(ranges).toEqual([
      { name: 'Last day of data', period: { from: '2017-01-02T00', to: '2017-01-03T00' } },
      { name: 'Last 7 days', period: { from: '2016-12-27T00', to: '2017-01-03T00' } },
      { name: 'All', period: { from: '2016-12-20T00', to: '2017-01-03T00' } },
    ]);
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
