import { type AlertPicture, PAST_ALERTS_KEPT } from '@drivewatch/contracts';
import { applyAlertChange } from './alert-changes';
import { anAlert } from './live-socket.fake';

const change = (kind: 'started' | 'ended', driverId: string, atMs: number) => ({
  kind,
  driverId,
  plateNumber: '',
  atMs,
});

describe('applyAlertChange', () => {
  it('changes nothing when a start is repeated', () => {
    const held: AlertPicture = { active: [anAlert('a', 10)], past: [], lastAlertId: 0 };
    expect(applyAlertChange(held, change('started', 'a', 10))).toBe(held);
  });

  it('moves an ended alert to the front of the past ones', () => {
    const held: AlertPicture = {
      active: [anAlert('a', 10), anAlert('b', 11)],
      past: [{ ...anAlert('c', 1), endedAtMs: 2 }],
      lastAlertId: 0,
    };
    const after = applyAlertChange(held, change('ended', 'a', 15));
    expect(after.active).toEqual([anAlert('b', 11)]);
    expect(after.past.map(({ driverId, endedAtMs }) => [driverId, endedAtMs])).toEqual([
      ['a', 15],
      ['c', 2],
    ]);
  });

  it('replaces an alert whose end was never sent by the later start', () => {
    const after = applyAlertChange(
      { active: [anAlert('a', 10)], past: [], lastAlertId: 0 },
      change('started', 'a', 30),
    );
    expect(after).toEqual({ active: [anAlert('a', 30)], past: [], lastAlertId: 0 });
  });

  it('keeps no more past alerts than the server does', () => {
    const past = Array.from({ length: PAST_ALERTS_KEPT }, (_, index) => ({
      ...anAlert('b', index),
      endedAtMs: index,
    }));
    const after = applyAlertChange(
      { active: [anAlert('a', 10)], past, lastAlertId: 0 },
      change('ended', 'a', 15),
    );
    expect(after.past).toHaveLength(PAST_ALERTS_KEPT);
    expect(after.past[0]?.driverId).toBe('a');
  });
});
