import { mergePoints } from './speed-points';

const points = (...xs: number[]) => xs.map((x) => ({ x, y: x }));

describe(mergePoints.name, () => {
  it('sorts points of a late payload in among those held', () => {
    expect(mergePoints(points(10, 20, 40), points(5, 30, 50)).map(({ x }) => x)).toEqual([
      5, 10, 20, 30, 40, 50,
    ]);
  });

  it('keeps every point of one second, held ones first, and identical ones too', () => {
    const held = [{ x: 10, y: 1 }];
    const added = [
      { x: 10, y: 1 },
      { x: 10, y: 2 },
    ];
    expect(mergePoints(held, added).map(({ y }) => y)).toEqual([1, 1, 2]);
  });

  it('puts a late point behind the held ones of its second', () => {
    const held = [
      { x: 10, y: 1 },
      { x: 20, y: 1 },
    ];
    const late = [
      { x: 5, y: 2 },
      { x: 20, y: 2 },
    ];
    expect(mergePoints(held, late).map(({ y }) => y)).toEqual([2, 1, 1, 2]);
  });

  it('gives back the held points where nothing is added', () => {
    const held = points(10, 20);
    expect(mergePoints(held, [])).toBe(held);
  });

  it('leaves the held points as they were', () => {
    const held = points(10, 20);
    mergePoints(held, points(15));
    expect(held.map(({ x }) => x)).toEqual([10, 20]);
  });
});
