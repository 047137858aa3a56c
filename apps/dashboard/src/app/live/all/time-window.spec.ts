import { panned, pointsAround, RANGES, windowOf, zoomed } from './time-window';

const MINUTE = 60_000;
const bounds = { minMs: 0, maxMs: 60 * MINUTE };

describe('windowOf', () => {
  const timeline = { nowMs: 59 * MINUTE, bounds };

  it('counts back from the present, and ends with the newest point', () => {
    expect(windowOf(RANGES[0], timeline)).toEqual({ minMs: 54 * MINUTE, maxMs: 60 * MINUTE });
    expect(windowOf(RANGES[1], timeline)).toEqual({ minMs: 29 * MINUTE, maxMs: 60 * MINUTE });
  });

  it('shows everything on request', () => {
    expect(windowOf(RANGES[2], timeline)).toEqual(bounds);
  });
});

describe('pointsAround', () => {
  it('takes the window, as much on either side, and the points that lines lead to', () => {
    const points = Array.from({ length: 20 }, (_, index) => ({ x: index * 10, y: 50 }));
    const taken = pointsAround(points, { minMs: 80, maxMs: 100 }).map(({ x }) => x);
    expect([taken.at(0), taken.at(-1), taken.length]).toEqual([50, 120, 8]);
  });

  it('takes everything there is when the window shows everything', () => {
    const points = [10, 20].map((x) => ({ x, y: 50 }));
    expect(pointsAround(points, { minMs: 10, maxMs: 20 })).toEqual(points);
  });
});

describe('zoomed', () => {
  it('keeps the middle where it is', () => {
    expect(zoomed({ minMs: 20 * MINUTE, maxMs: 40 * MINUTE }, 0.5, bounds)).toEqual({
      minMs: 25 * MINUTE,
      maxMs: 35 * MINUTE,
    });
  });

  it('stops at ten seconds', () => {
    expect(zoomed({ minMs: 0, maxMs: 12_000 }, 0.5, bounds)).toEqual({ minMs: 1_000, maxMs: 11_000 });
  });

  it('shows all there is and no more when zoomed out', () => {
    expect(zoomed({ minMs: 20 * MINUTE, maxMs: 60 * MINUTE }, 2, bounds)).toEqual(bounds);
  });
});

describe('panned', () => {
  it('moves by a share of what is shown', () => {
    expect(panned({ minMs: 20 * MINUTE, maxMs: 40 * MINUTE }, -0.25, bounds)).toEqual({
      minMs: 15 * MINUTE,
      maxMs: 35 * MINUTE,
    });
  });

  it('stops at the newest record without changing how much is shown', () => {
    expect(panned({ minMs: 45 * MINUTE, maxMs: 58 * MINUTE }, 0.5, bounds)).toEqual({
      minMs: 47 * MINUTE,
      maxMs: 60 * MINUTE,
    });
  });
});
