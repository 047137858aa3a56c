import { type AlertChange, applyOverspeedChange, type OverspeedAlert } from './alerts';

const change = (kind: AlertChange['kind'], atMs: number): AlertChange => ({
  kind,
  driverId: 'd1',
  plateNumber: 'p',
  atMs,
});
const openSince = (startedAtMs: number): OverspeedAlert => ({
  driverId: 'd1',
  plateNumber: 'p',
  startedAtMs,
  endedAtMs: null,
  unconfirmedSinceMs: null,
});

describe(applyOverspeedChange.name, () => {
  it('opens an alert at a start and closes it at the end', () => {
    const { open } = applyOverspeedChange(undefined, change('started', 5));
    expect(open).toEqual(openSince(5));
    expect(applyOverspeedChange(open, change('ended', 9))).toEqual({
      open: undefined,
      closed: { ...openSince(5), endedAtMs: 9 },
    });
  });

  it('closes an alert that begins and ends within the same second', () => {
    expect(applyOverspeedChange(openSince(5), change('ended', 5)).open).toBeUndefined();
  });

  it('lets a start take the place of one that is open, whatever its time', () => {
    expect(applyOverspeedChange(openSince(5), change('started', 8))).toEqual({ open: openSince(8) });
    expect(applyOverspeedChange(openSince(5), change('started', 3))).toEqual({ open: openSince(3) });
  });

  it('changes nothing at a repeated start, or an end without one', () => {
    const open = openSince(5);
    expect(applyOverspeedChange(open, change('started', 5)).open).toBe(open);
    expect(applyOverspeedChange(undefined, change('ended', 4))).toEqual({ open: undefined });
  });

  it('closes an alert whose end is not known, and none before its start', () => {
    expect(applyOverspeedChange(openSince(5), { ...change('ended', 8), endUnknown: true })).toEqual({
      open: undefined,
      closed: { ...openSince(5), endedAtMs: 8, endUnknown: true },
    });
    expect(applyOverspeedChange(openSince(5), change('ended', 2)).closed?.endedAtMs).toBe(5);
  });

  it('marks an open alert as unconfirmed and confirmed, which its end and the next start take away', () => {
    const unconfirmed = { ...openSince(5), unconfirmedSinceMs: 700 };
    expect(applyOverspeedChange(openSince(5), change('unconfirmed', 700))).toEqual({ open: unconfirmed });
    expect(applyOverspeedChange(unconfirmed, change('confirmed', 900))).toEqual({ open: openSince(5) });
    expect(applyOverspeedChange(unconfirmed, change('started', 8))).toEqual({ open: openSince(8) });
    expect(applyOverspeedChange(unconfirmed, change('ended', 9)).closed).toEqual({
      ...openSince(5),
      endedAtMs: 9,
    });
    expect(applyOverspeedChange(undefined, change('unconfirmed', 700))).toEqual({ open: undefined });
  });
});
