import { pauseSecondsAfter } from './sign-in-pause';

describe(pauseSecondsAfter, () => {
  it('asks nobody to wait for the first ten attempts', () => {
    expect([1, 9, 10].map(pauseSecondsAfter)).toEqual([0, 0, 0]);
  });

  it('doubles the wait with each attempt, up to an hour', () => {
    expect([11, 12, 13, 17, 18, 40, 1_000_000].map(pauseSecondsAfter)).toEqual([
      30, 60, 120, 1_920, 3_600, 3_600, 3_600,
    ]);
  });

  it('leaves some 40 attempts a day', () => {
    let seconds = 0;
    let attempts = 0;
    while (seconds < 24 * 3_600) seconds += pauseSecondsAfter((attempts += 1));
    expect(attempts).toBe(40);
  });
});
