import type { WireRecord } from '@drivewatch/contracts';

/** How many records a driver sends from one start of speeding to the next, and which of them reports the end. */
const SPELL_RECORDS = 4;
const END_AT = 2;

/**
 * What a driver's records report one after the other: a spell begins, goes on, ends, and after a while the next one
 * begins.
 */
export class SpellPlan {
  private readonly counts = new Map<string, number>();

  next(driverId: string): WireRecord {
    const count = this.counts.get(driverId) ?? 0;
    this.counts.set(driverId, count + 1);
    if (count % SPELL_RECORDS === 0) return { isOverspeed: '1' };
    return count % SPELL_RECORDS === END_AT ? { isOverspeedFinished: '1', overspeedTime: '1' } : {};
  }
}
