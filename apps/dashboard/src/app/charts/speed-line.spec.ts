import { isIsolated, joinedGapMs } from './speed-line';

const GAP = 120_000;
const at = (...xs: number[]) => xs.map((x) => ({ x, y: 50 }));

describe('isIsolated', () => {
  it('marks the only point of a driver', () => {
    expect(isIsolated(at(0), 0, GAP)).toBe(true);
  });

  it('leaves points of a line unmarked', () => {
    const line = at(0, 10_000, 20_000);
    expect(line.map((_, index) => isIsolated(line, index, GAP))).toEqual([false, false, false]);
  });

  it('marks a point between two gaps', () => {
    expect(isIsolated(at(0, 200_000, 400_000), 1, GAP)).toBe(true);
  });

  it('marks identical points, between which no line can be seen', () => {
    expect(isIsolated(at(5, 5), 0, GAP)).toBe(true);
  });
});

describe('joinedGapMs', () => {
  it('is two minutes on a short window', () => {
    expect(joinedGapMs({ minMs: 0, maxMs: 600_000 })).toBe(120_000);
  });

  it('grows on a window of days, where points of one pixel are minutes apart', () => {
    expect(joinedGapMs({ minMs: 0, maxMs: 2 * 86_400_000 })).toBe(2_880_000);
  });
});
