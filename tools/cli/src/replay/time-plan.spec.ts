import type { RecordedRow } from './detail-record-file';
import { TimePlan, type ReplaySpeed } from './time-plan';

const STARTED = Date.UTC(2026, 4, 4, 12, 0, 0);
const FIRST = Date.UTC(2017, 0, 1, 8, 0, 0);
const LAST = Date.UTC(2017, 0, 1, 9, 0, 0);

const aPlan = (speed: ReplaySpeed, now: boolean) =>
  new TimePlan({ speed, now, firstMs: FIRST, lastMs: LAST, startedAtMs: STARTED });

/** Returns the row that was recorded that many seconds after the first. */
const rowAt = (seconds: number): RecordedRow => ({
  file: 'f',
  line: 1,
  timeMs: FIRST + seconds * 1000,
  record: { driverID: 'd1', Speed: '72', Time: 'as recorded' },
});

describe(TimePlan.name, () => {
  it.each([
    [1, 60_000],
    [10, 6_000],
    [0.5, 120_000],
    ['max', 0],
  ] as const)('at speed %p a row of a minute after the first is due after %d ms', (speed, afterMs) => {
    expect(aPlan(speed, false).dueAtMs(rowAt(60)) - STARTED).toBe(afterMs);
  });

  it('ends when the last row is due, unless it goes as fast as it can', () => {
    expect(aPlan(60, false).endsAtMs).toBe(STARTED + 60_000);
    expect(aPlan('max', false).endsAtMs).toBeUndefined();
  });

  it('leaves Time as recorded unless times are moved', () => {
    expect(aPlan(10, false).toSend(rowAt(60))).toEqual(rowAt(60).record);
  });

  it('stamps a moved record with the moment it is due', () => {
    expect(aPlan(10, true).toSend(rowAt(61))).toEqual({
      driverID: 'd1',
      Speed: '72',
      Time: '2026-05-04T12:00:06.100Z',
    });
  });

  it('moves all records by the same time at full speed, the newest to the start of the replay', () => {
    const plan = aPlan('max', true);
    expect(plan.toSend(rowAt(3600)).Time).toBe('2026-05-04T12:00:00.000Z');
    expect(plan.toSend(rowAt(3590)).Time).toBe('2026-05-04T11:59:50.000Z');
    expect(plan.toSend(rowAt(0)).Time).toBe('2026-05-04T11:00:00.000Z');
  });
});
