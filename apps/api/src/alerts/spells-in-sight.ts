import { DRIVE_BREAK_MS } from '@drivewatch/contracts';

/** Beyond this number, the spells that began first are forgotten; their ends are then known less exactly. */
const MAX_SPELLS = 100_000;

/** The times of a speeding driver's records, epoch milliseconds. */
interface Spell {
  /** The last record that reported the start. */
  readonly flagMs: number;
  /** The last record of the spell. */
  untilMs: number;
  /** The last record seen before that report; `null` if none was seen. */
  readonly beforeMs: number | null;
}

/**
 * Follows the records of speeding drivers as this instance takes them in, so that when a device never reports the end
 * of a spell, its last record is known. Records that other instances take in are not seen here: the time is a lower
 * bound.
 */
export class SpellsInSight {
  private readonly spells = new Map<string, Spell>();

  /**
   * Notes a record that says that a spell begins or goes on.
   *
   * @returns time of the last record seen of the spell before, epoch milliseconds; `null` if none was seen. It is the
   * same again for a record that could not be queued and is sent again
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

  /** Notes a record of such a driver that says nothing about overspeeding. */
  see(driverId: string, atMs: number): void {
    const spell = this.spells.get(driverId);
    if (spell !== undefined && atMs > spell.untilMs && atMs - spell.untilMs <= DRIVE_BREAK_MS)
      spell.untilMs = atMs;
  }

  end(driverId: string): void {
    this.spells.delete(driverId);
  }
}
