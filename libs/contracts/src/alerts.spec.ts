import { applyOverspeedChange, type OverspeedAlert, type OverspeedChange } from './alerts';

const change = (kind: OverspeedChange['kind'], atMs: number): OverspeedChange => ({
  kind,
  driverID: 'd1',
  carPlateNumber: 'p',
  atMs,
});
const openSince = (startedAtMs: number): OverspeedAlert => ({
  driverID: 'd1',
  carPlateNumber: 'p',
  startedAtMs,
  endedAtMs: null,
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

  it('lets a later start replace one whose end was never sent', () => {
    expect(applyOverspeedChange(openSince(5), change('started', 8))).toEqual({ open: openSince(8) });
  });

  it('changes nothing at a repeated or late start, a late end, or an end without a start', () => {
    const open = openSince(5);
    for (const again of [change('started', 5), change('started', 3), change('ended', 4)]) {
      expect(applyOverspeedChange(open, again).open).toBe(open);
    }
    expect(applyOverspeedChange(undefined, change('ended', 4))).toEqual({ open: undefined });
  });
});
