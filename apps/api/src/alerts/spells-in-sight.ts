import { DRIVE_BREAK_MS } from '@drivewatch/contracts';

/** Beyond it the spells that were begun first are forgotten; their ends are then known less exactly. */
const MAX_SPELLS = 100_000;

/** Times of records of a driver who is speeding, epoch milliseconds. */
interface Spell {
  /** The last that said so. */
  readonly flagMs: number;
  /** The last of the spell. */
  untilMs: number;
  /** The last that was seen before that flag; `null` where none was. */
  readonly beforeMs: number | null;
}

/**
 * Follows the records of drivers who are speeding as this instance takes them in, so that the end of a spell that the
 * device never tells is known by its last record. What other instances take in is not seen here: the time is a lower bound.
 */
export class SpellsInSight {
  private readonly spells = new Map<string, Spell>();

  /**
   * A record says that a spell begins or goes on.
   *
   * @returns time of the last record that was seen of the spell before, epoch milliseconds; `null` where none was. It is the
   *   same again for a record that could not be queued and is sent again
   */
  begin(driverId: string, atMs: number): number | null {
    const known = this.spells.get(driverId);
    if (known?.flagMs === atMs) return known.beforeMs;
    const beforeMs = known?.untilMs ?? null;
    this.spells.delete(driverId);
    this.spells.set(driverId, { flagMs: atMs, untilMs: atMs, beforeMs });
    const oldest = this.spells.size > MAX_SPELLS ? this.spells.keys().next().value : undefined;
    if (oldest !== undefined) this.spells.delete(oldest);
    return beforeMs;
  }

  has(driverId: string): boolean {
    return this.spells.has(driverId);
  }

  /** A record of such a driver says nothing of overspeeding. */
  see(driverId: string, atMs: number): void {
    const spell = this.spells.get(driverId);
    if (spell !== undefined && atMs > spell.untilMs && atMs - spell.untilMs <= DRIVE_BREAK_MS)
      spell.untilMs = atMs;
  }

  end(driverId: string): void {
    this.spells.delete(driverId);
  }
}
