import { crc32 } from 'node:zlib';

/** A checksum of a set of points that does not depend on their order: two sets with the same sum count as equal. */
export interface PointSum {
  readonly count: number;
  readonly sum: number;
}

export const NO_POINTS: PointSum = { count: 0, sum: 0 };

/** @param atMs time of the record, epoch milliseconds */
export function withPoint(
  { count, sum }: PointSum,
  driverId: string,
  atMs: number,
  speedKmh: number,
): PointSum {
  return { count: count + 1, sum: sum + crc32(`${driverId} ${atMs} ${speedKmh}`) };
}

/** A stored record, as pages are shown it. */
export interface StoredPoint {
  /** The number of the transaction that stored it. */
  readonly xid: number;
  readonly driverId: string;
  readonly atMs: number;
  readonly speedKmh: number;
}

/** The stored points, by transaction: what lies between two cursors is the difference of two sums. */
export class StoredPoints {
  private readonly xids: number[] = [];
  private readonly sums: PointSum[] = [NO_POINTS];

  /** @param points in any order */
  constructor(points: readonly StoredPoint[]) {
    for (const { xid, driverId, atMs, speedKmh } of [...points].sort((one, other) => one.xid - other.xid)) {
      this.xids.push(xid);
      this.sums.push(withPoint(this.sums.at(-1) ?? NO_POINTS, driverId, atMs, speedKmh));
    }
  }

  /** Returns the sum of the records from one cursor on, before the other. */
  between(since: number, until: number): PointSum {
    const [from, to] = [this.before(since), this.before(until)];
    return { count: to.count - from.count, sum: to.sum - from.sum };
  }

  get lastXid(): number {
    return this.xids.at(-1) ?? 0;
  }

  private before(xid: number): PointSum {
    let [low, high] = [0, this.xids.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.xids[middle] ?? 0) < xid) low = middle + 1;
      else high = middle;
    }
    return this.sums[low] ?? NO_POINTS;
  }
}
