import { isAtLeast, versionIn } from './version';

describe(versionIn.name, () => {
  it.each([
    ['Python 3.11.2', [3, 11, 2]],
    ['openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment (build 17.0.15+6)', [17, 0, 15]],
    ['openjdk version "21" 2023-09-19', [21]],
    ['java version "1.8.0_302"', [1, 8, 0]],
    ['no version', []],
  ])('reads %j', (text, version) => {
    expect(versionIn(text)).toEqual(version);
  });
});

describe(isAtLeast.name, () => {
  it('compares part by part, not as text', () => {
    expect(isAtLeast([3, 9, 18], [3, 10])).toBe(false);
    expect(isAtLeast([3, 10], [3, 10])).toBe(true);
    expect(isAtLeast([3, 10, 1], [3, 10])).toBe(true);
    expect(isAtLeast([4], [3, 10])).toBe(true);
    expect(isAtLeast([3], [3, 10])).toBe(false);
    expect(isAtLeast([], [3, 10])).toBe(false);
  });
});
