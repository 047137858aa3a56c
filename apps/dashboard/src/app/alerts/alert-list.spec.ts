import type { DriverTrack, DriverTracks } from '../feed/driver-track';
import { anAlert, T0 } from '../feed/live-socket.fake';
import { createFleetTimeFormat } from '../time/fleet-time-format';
import { listAlerts } from './alert-list';

const format = createFleetTimeFormat('Asia/Shanghai');
const trackOf = (id: string): DriverTrack => ({
  id,
  name: id,
  plateNumber: '华A1',
  points: [{ x: T0 + 45_000, y: 130 }],
  lastStoredMs: 0,
  deviceClockMs: null,
});
const tracks: DriverTracks = new Map([['a', trackOf('a')]]);

describe('listAlerts', () => {
  it('writes a past alert in the zone of the fleet', () => {
    const past = [{ ...anAlert('b'), plateNumber: '华B2', endedAtMs: T0 + 83_000 }];
    expect(listAlerts({ active: [], past, lastAlertId: 0 }, tracks, format, 10).past).toEqual([
      {
        key: `b ${T0}`,
        driverId: 'b',
        plateNumber: '华B2',
        startDate: '2017-01-01',
        startTime: '08:00:05',
        endDate: '2017-01-01',
        endTime: '08:01:28',
        isEndUnknown: false,
        isUnconfirmed: false,
        duration: '1 min 23 s',
        clockFault: null,
      },
    ]);
  });

  it('measures an active alert by recorded time, which may be years ago', () => {
    const [row] = listAlerts({ active: [anAlert('a')], past: [], lastAlertId: 0 }, tracks, format, 10).active;
    expect(row).toMatchObject({ endTime: null, duration: '45 s', plateNumber: '华A1' });
  });

  it('gives no duration while nothing was recorded since the start', () => {
    const [row] = listAlerts(
      { active: [anAlert('a', T0 + 60_000)], past: [], lastAlertId: 0 },
      tracks,
      format,
      10,
    ).active;
    expect(row?.duration).toBeNull();
  });

  it('says that nobody knows the end of an alert whose records broke off', () => {
    const past = [{ ...anAlert('b'), endedAtMs: T0 + 27_000, endUnknown: true }];
    const [row] = listAlerts({ active: [], past, lastAlertId: 0 }, tracks, format, 10).past;
    expect(row).toMatchObject({ isEndUnknown: true, endTime: '08:00:32', duration: '27 s' });
  });

  it('says what is wrong with the clock of a driver who is speeding, and of nobody else', () => {
    const heardMs = Date.UTC(2026, 10, 29);
    const fast = { ...trackOf('fast'), lastStoredMs: heardMs, deviceClockMs: heardMs + 8 * 3_600_000 };
    const alerts = {
      active: [anAlert('fast', T0 + 1), anAlert('a', T0)],
      past: [{ ...anAlert('fast', T0), endedAtMs: T0 }],
      lastAlertId: 0,
    };
    const { active, past } = listAlerts(alerts, new Map([...tracks, ['fast', fast]]), format, 10);
    expect(active.map(({ clockFault }) => clockFault)).toEqual(['Clock ahead by 8 h', null]);
    expect(past.map(({ clockFault }) => clockFault)).toEqual([null]);
  });

  it('lists active alerts newest first', () => {
    const active = [anAlert('a', T0), anAlert('c', T0 + 2), anAlert('b', T0 + 1)];
    const rows = listAlerts({ active, past: [], lastAlertId: 0 }, tracks, format, 10).active;
    expect(rows.map(({ driverId }) => driverId)).toEqual(['c', 'b', 'a']);
    const newest = listAlerts({ active, past: [], lastAlertId: 0 }, tracks, format, 2).active;
    expect(newest.map(({ driverId }) => driverId)).toEqual(['c', 'b']);
  });
});
