import { OPEN_REPORTER_ID } from '../../access/reporter';
import { keyOverloaded, overloaded } from '../ingestion-errors';

/** Bytes of bodies that are held in memory, over all requests; one key may hold half of what there is room for. */
export class InFlightBytes {
  private held = 0;
  /** What each key holds; no more than there are keys, which are all held as well. */
  private readonly shares = new Map<string, KeyBytes>();

  /** @param max as MAX_IN_FLIGHT_BYTES */
  constructor(private readonly max: number) {}

  /** What a key holds; everybody is one where there are no keys, and may hold all. */
  of(keyId: string): KeyBytes {
    let share = this.shares.get(keyId);
    if (share === undefined) {
      const max = keyId === OPEN_REPORTER_ID ? this.max : Math.floor(this.max / 2);
      share = new KeyBytes(this, max);
      this.shares.set(keyId, share);
    }
    return share;
  }

  /** @throws ProblemError when there is no room for another body */
  refuseWhenFull(): void {
    if (this.held >= this.max) throw overloaded(this.max);
  }

  /** @throws ProblemError when they are more than there is room for; then none are taken */
  take(bytes: number): void {
    if (this.held + bytes > this.max) throw overloaded(this.max);
    this.held += bytes;
  }

  give(bytes: number): void {
    this.held -= bytes;
  }
}

/** Bytes of the bodies of one key. */
export class KeyBytes {
  private held = 0;

  constructor(
    private readonly all: InFlightBytes,
    private readonly max: number,
  ) {}

  /** @throws ProblemError when they are more than the key, or all together, have room for; then none are taken */
  take(bytes: number): void {
    this.all.take(bytes);
    if (this.held + bytes > this.max) {
      this.all.give(bytes);
      throw keyOverloaded(this.max);
    }
    this.held += bytes;
  }

  give(bytes: number): void {
    this.held -= bytes;
    this.all.give(bytes);
  }
}
