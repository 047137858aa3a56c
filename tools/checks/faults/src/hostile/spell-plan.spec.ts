import { reportedChange } from '../load/alert-ledger';
import { SpellPlan } from './spell-plan';

describe(SpellPlan, () => {
  it('lets starts and ends of each driver follow one another', () => {
    const plan = new SpellPlan();
    const kinds = (driverId: string) =>
      Array.from(
        { length: 9 },
        () => reportedChange({ driverId, recordedAtMs: 0 }, plan.next(driverId))?.kind,
      );
    const expected = ['start', undefined, 'end', undefined, 'start', undefined, 'end', undefined, 'start'];
    expect(kinds('d1')).toEqual(expected);
    expect(kinds('d2')).toEqual(expected);
  });
});
