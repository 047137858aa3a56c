import type { SeenChange } from './live-page';
import { compareChanges, reportedChange, type ReportedChange } from './alert-ledger';

const START: ReportedChange = { driverId: 'd1', kind: 'start', atMs: 1_000 };
const END: ReportedChange = { driverId: 'd1', kind: 'end', atMs: 2_000 };
const EVENTS = { start: 'overspeeding', end: 'overspeedEnd' } as const;
const shown = ({ driverId, kind, atMs }: ReportedChange): SeenChange => ({
  event: EVENTS[kind],
  driverId,
  atMs,
});

describe(compareChanges, () => {
  it('finds nothing where the page was told each change once, in order', () => {
    expect(compareChanges({ acknowledged: [START, END] }, [START, END].map(shown))).toEqual([]);
  });

  it('names an acknowledged change that the page was not told of', () => {
    expect(compareChanges({ acknowledged: [START, END] }, [shown(START)])).toEqual([
      'the end of d1 at 1970-01-01T00:00:02.000Z was never told',
    ]);
  });

  it('names a change that the page was told twice', () => {
    const told = [START, START, END].map(shown);
    expect(compareChanges({ acknowledged: [START, END] }, told)).toEqual([
      'the start of d1 at 1970-01-01T00:00:01.000Z was told 2 times',
    ]);
  });

  it('names a change of a known driver that nobody has reported', () => {
    const stray = shown({ ...START, atMs: 1_500 });
    expect(compareChanges({ acknowledged: [START] }, [shown(START), stray])).toEqual([
      'the start of d1 at 1970-01-01T00:00:01.500Z was told, and nobody has reported it',
    ]);
  });

  it('names a change that comes before the one that it follows', () => {
    expect(compareChanges({ acknowledged: [START, END] }, [END, START].map(shown))).toEqual([
      'the start of d1 at 1970-01-01T00:00:01.000Z was told in another order',
    ]);
  });

  it('lets the page be told of a change whose answer never came, once, or not', () => {
    const reported = { acknowledged: [START], unanswered: [END] };
    expect(compareChanges(reported, [START, END].map(shown))).toEqual([]);
    expect(compareChanges(reported, [shown(START)])).toEqual([]);
    expect(compareChanges(reported, [START, END, END].map(shown))).toHaveLength(1);
  });

  it('leaves out other drivers, and what only marks an alert', () => {
    const others: SeenChange[] = [
      shown({ ...START, driverId: 'd2' }),
      { event: 'overspeedUnconfirmed', driverId: 'd1', atMs: 1_500 },
    ];
    expect(compareChanges({ acknowledged: [START] }, [...others, shown(START)])).toEqual([]);
  });
});

describe(reportedChange, () => {
  const record = { driverId: 'd1', recordedAtMs: 1_000 };

  it('reads the flags of a record', () => {
    expect(reportedChange(record, { isOverspeed: '1' })).toEqual(START);
    expect(reportedChange(record, { isOverspeedFinished: '1' })).toEqual({ ...END, atMs: 1_000 });
    expect(reportedChange(record, {})).toBeUndefined();
  });
});
