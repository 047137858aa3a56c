import { isDeeperThan } from './json-depth';

describe(isDeeperThan.name, () => {
  it.each([
    [1, 0, false],
    [{ a: 1 }, 1, false],
    [{ a: [] }, 1, true],
    [[{ a: 1 }, { a: { b: [1] } }], 4, false],
    [[{ a: 1 }, { a: { b: [1] } }], 3, true],
  ])('of %j and %i is %s', (value, max, deeper) => {
    expect(isDeeperThan(value, max)).toBe(deeper);
  });

  it('does not run out of stack', () => {
    expect(isDeeperThan(JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)), 200_000)).toBe(false);
  });
});
