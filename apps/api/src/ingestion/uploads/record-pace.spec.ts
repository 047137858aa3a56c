import { RecordPace } from './record-pace';

/** Returns a pace of 1,000 records a second, and its clock. */
function aPace() {
  const clock = { nowMs: 1_000_000 };
  return { clock, pace: new RecordPace(1_000, () => clock.nowMs) };
}

describe(RecordPace.name, () => {
  it('lets what was not sent for ten seconds be sent at once, and the rest wait for its share', () => {
    const { clock, pace } = aPace();
    pace.charge('key', { accepted: 10_000, rejected: 0, bytes: 0 });
    expect(pace.debtMs('key')).toBe(0);
    pace.charge('key', { accepted: 500, rejected: 0, bytes: 0 });
    expect([pace.debtMs('key'), pace.debtMs('another')]).toEqual([500, 0]);
    clock.nowMs += 500;
    expect(pace.debtMs('key')).toBe(0);
  });

  it('counts a rejected record as ten, without a burst allowance', () => {
    const { clock, pace } = aPace();
    pace.charge('key', { accepted: 490, rejected: 10, bytes: 0 });
    expect(pace.debtMs('key')).toBe(100);
    clock.nowMs += 3_600_000;
    pace.charge('key', { accepted: 0, rejected: 1_000, bytes: 0 });
    expect(pace.debtMs('key')).toBe(10_000);
  });

  it('counts text that holds few records by its length', () => {
    const { pace } = aPace();
    pace.charge('key', { accepted: 1, rejected: 0, bytes: 512 * 11_000 });
    expect(pace.debtMs('key')).toBe(1_000);
  });
});
