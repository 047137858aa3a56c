import { overloaded } from '../ingestion-errors';

/** Bytes of bodies that are held in memory, over all requests. */
export class InFlightBytes {
  private held = 0;

  /** @param max as MAX_IN_FLIGHT_BYTES */
  constructor(private readonly max: number) {}

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
