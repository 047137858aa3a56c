import { DRIVE_BREAK_MS } from '@drivewatch/contracts';

/** Beyond it the spells that were begun first are forgotten; their ends are then known less exactly. */
const MAX_SPELLS = 100_000;

/**
 * Follows the records of drivers who are speeding as this instance takes them in, so that the end of a spell that the
 * device never tells is known by its last record. What other instances take in is not seen here: the time is a lower bound.
 */
export class SpellsInSight {
  private readonly seenUntilMs = new Map<string, number>();

  /**
   * A record says that a spell begins or goes on.
   *
   * @returns time of the last record that was seen of the spell before, epoch milliseconds; `null` where none was
   */
  begin(driverId: string, atMs: number): number | null {
    const before = this.seenUntilMs.get(driverId) ?? null;
    this.seenUntilMs.delete(driverId);
    this.seenUntilMs.set(driverId, atMs);
    const oldest = this.seenUntilMs.size > MAX_SPELLS ? this.seenUntilMs.keys().next().value : undefined;
    if (oldest !== undefined) this.seenUntilMs.delete(oldest);
    return before;
  }

  has(driverId: string): boolean {
    return this.seenUntilMs.has(driverId);
  }

  /** A record of such a driver says nothing of overspeeding. */
  see(driverId: string, atMs: number): void {
    const untilMs = this.seenUntilMs.get(driverId);
    if (untilMs !== undefined && atMs > untilMs && atMs - untilMs <= DRIVE_BREAK_MS)
      this.seenUntilMs.set(driverId, atMs);
  }

  end(driverId: string): void {
    this.seenUntilMs.delete(driverId);
  }
}
