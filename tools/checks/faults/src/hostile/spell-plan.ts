import type { WireRecord } from '@drivewatch/contracts';

/** The records of a driver from one start of speeding to the next, and which of them says that it ends. */
const SPELL_RECORDS = 4;
const END_AT = 2;

/** What a driver's records say one after the other: a spell begins, goes on, ends, and after a while comes the next. */
export class SpellPlan {
  private readonly counts = new Map<string, number>();

  next(driverId: string): WireRecord {
    const count = this.counts.get(driverId) ?? 0;
    this.counts.set(driverId, count + 1);
    if (count % SPELL_RECORDS === 0) return { isOverspeed: '1' };
    return count % SPELL_RECORDS === END_AT ? { isOverspeedFinished: '1', overspeedTime: '1' } : {};
  }
}
