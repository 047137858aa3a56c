/** The function is looked up once, because simulating a day spends its time in the generator. */
const { imul } = Math;

/** A stream of random numbers that a seed repeats exactly. */
export class Random {
  private state: number;

  /** @param seed any whole number; equal seeds give equal streams */
  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /**
   * Returns a number from 0 up to, but not including, 1. The generator is mulberry32 by Tommy Ettinger (public domain):
   * 32 bits of state are plenty here.
   */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  between(min: number, max: number): number {
    return min + (max - min) * this.next();
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[Math.floor(this.next() * items.length)] ?? items[0];
  }

  /** Returns a seed for a separate stream. */
  fork(): number {
    return Math.floor(this.next() * 2 ** 32);
  }
}
