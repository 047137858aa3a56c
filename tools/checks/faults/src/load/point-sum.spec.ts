import { NO_POINTS, StoredPoints, withPoint } from './point-sum';

const A = { xid: 10, driverId: 'a', atMs: 1000, speedKmh: 50 };
const B = { xid: 12, driverId: 'b', atMs: 1000, speedKmh: 60 };
const sumOf = (...points: (typeof A)[]) =>
  points.reduce((sum, { driverId, atMs, speedKmh }) => withPoint(sum, driverId, atMs, speedKmh), NO_POINTS);

describe(StoredPoints, () => {
  const stored = new StoredPoints([B, A]);

  it('returns what lies from one cursor on before the other, in any order', () => {
    expect(stored.between(0, 100)).toEqual(sumOf(B, A));
    expect(stored.between(10, 12)).toEqual(sumOf(A));
    expect(stored.between(11, 13)).toEqual(sumOf(B));
    expect(stored.between(13, 99)).toEqual(NO_POINTS);
    expect(stored.lastXid).toBe(12);
  });

  it('tells another point, and one that comes twice, from what is stored', () => {
    expect(stored.between(10, 12)).not.toEqual(sumOf({ ...A, speedKmh: 51 }));
    expect(stored.between(10, 12)).not.toEqual(sumOf(A, A));
  });
});
