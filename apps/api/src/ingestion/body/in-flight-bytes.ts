import { OPEN_REPORTER_ID } from '../../access/reporter';
import { keyOverloaded, overloaded } from '../ingestion-errors';

/** The bytes of bodies held in memory, over all requests; one key may hold half of what there is room for. */
export class InFlightBytes {
  private held = 0;
  /** What each key holds; there are no more entries than keys, which are all held in memory as well. */
  private readonly shares = new Map<string, KeyBytes>();

  /** @param max the value of MAX_IN_FLIGHT_BYTES */
  constructor(private readonly max: number) {}

  /** Returns the account of a key; without keys everybody shares one account, which may hold all. */
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

  /** @throws ProblemError when there is no room for that many; then none are taken */
  take(bytes: number): void {
    if (this.held + bytes > this.max) throw overloaded(this.max);
    this.held += bytes;
  }

  give(bytes: number): void {
    this.held -= bytes;
  }
}

/** The bytes of one key's bodies. */
export class KeyBytes {
  private held = 0;

  constructor(
    private readonly all: InFlightBytes,
    private readonly max: number,
  ) {}

  /** @throws ProblemError when the key, or all keys together, have no room for that many; then none are taken */
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
