import type { DriverTracks } from '../feed/driver-track';
import { anAlert, T0 } from '../feed/live-socket.fake';
import { createFleetTimeFormat } from '../time/fleet-time-format';
import { listAlerts } from './alert-list';

const format = createFleetTimeFormat('Asia/Shanghai');
const tracks: DriverTracks = new Map([
  ['a', { id: 'a', name: 'a', carPlateNumber: '华A1', points: [{ x: T0 + 45_000, y: 130 }], lastHeardMs: 0 }],
]);

describe('listAlerts', () => {
  it('writes a past alert out in the zone of the fleet', () => {
    const past = [{ ...anAlert('b'), carPlateNumber: '华B2', endedAtMs: T0 + 83_000 }];
    expect(listAlerts({ active: [], past, lastAlertId: 0 }, tracks, format).past).toEqual([
      {
        key: `b ${T0}`,
        driverID: 'b',
        carPlateNumber: '华B2',
        startDate: '2017-01-01',
        startTime: '08:00:05',
        endDate: '2017-01-01',
        endTime: '08:01:28',
        isUnconfirmed: false,
        duration: '1 min 23 s',
      },
    ]);
  });

  it('measures an active alert by recorded time, which may be years ago', () => {
    const [row] = listAlerts({ active: [anAlert('a')], past: [], lastAlertId: 0 }, tracks, format).active;
    expect(row).toMatchObject({ endTime: null, duration: '45 s', carPlateNumber: '华A1' });
  });

  it('gives no duration while nothing was recorded since the start', () => {
    const [row] = listAlerts(
      { active: [anAlert('a', T0 + 60_000)], past: [], lastAlertId: 0 },
      tracks,
      format,
    ).active;
    expect(row?.duration).toBeNull();
  });

  it('lists active alerts newest first', () => {
    const active = [anAlert('a', T0), anAlert('c', T0 + 2), anAlert('b', T0 + 1)];
    const rows = listAlerts({ active, past: [], lastAlertId: 0 }, tracks, format).active;
    expect(rows.map(({ driverID }) => driverID)).toEqual(['c', 'b', 'a']);
  });
});
