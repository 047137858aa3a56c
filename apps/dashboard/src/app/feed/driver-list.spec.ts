import { SILENT_AFTER_MS } from '@drivewatch/contracts';
import type { DriverTrack } from './driver-track';
import { anAlert } from './live-socket.fake';
import { listDrivers, matchesSearch, silentForMs } from './driver-list';

const track = (id: string, plateNumber = ''): [string, DriverTrack] => [
  id,
  { id, name: id, plateNumber, points: [{ x: 1, y: 50 }], lastStoredMs: 1, deviceClockMs: null },
];

describe('listDrivers', () => {
  it('puts speeding drivers first and sorts by name, numbers by value', () => {
    const tracks = new Map([track('driver-10'), track('driver-9'), track('Driver-2'), track('zed')]);
    expect(listDrivers(tracks, [anAlert('zed')]).map(({ id }) => id)).toEqual([
      'zed',
      'Driver-2',
      'driver-9',
      'driver-10',
    ]);
  });

  it('lists a driver whose alert came before the first speeds', () => {
    const [driver] = listDrivers(new Map(), [anAlert('new')]);
    expect(driver).toMatchObject({ id: 'new', points: [], latest: undefined, alert: anAlert('new') });
  });

  it('takes the newest point as the current speed', () => {
    const [id, held] = track('a');
    const points = [
      { x: 1, y: 50 },
      { x: 2, y: 70 },
    ];
    expect(listDrivers(new Map([[id, { ...held, points }]]), [])[0]?.latest).toEqual({ x: 2, y: 70 });
  });
});

describe('matchesSearch', () => {
  const driver = { id: 'likun1000003', name: 'Li Kun', plateNumber: '华AVM936' };

  it.each(['', '  ', 'KUN', '1000003', 'li k', '华a', 'avm936', 'ＡＶＭ'])(
    'finds the driver by "%s"',
    (search) => {
      expect(matchesSearch(driver, search)).toBe(true);
    },
  );

  it('does not find a driver by anything else', () => {
    expect(matchesSearch(driver, 'zouan')).toBe(false);
  });
});

describe('silentForMs', () => {
  const heardAt = (lastStoredMs: number | null) => ({ lastStoredMs });

  it('says nothing until the silence has lasted longer than the limit', () => {
    expect(silentForMs(heardAt(1_000), 1_000 + SILENT_AFTER_MS)).toBeNull();
  });

  it('says for how long the driver has been silent from then on', () => {
    expect(silentForMs(heardAt(1_000), 1_001 + SILENT_AFTER_MS)).toBe(SILENT_AFTER_MS + 1);
  });

  it('does not call a driver silent whose arrival times are not known yet', () => {
    expect(silentForMs(heardAt(null), Number.MAX_SAFE_INTEGER)).toBeNull();
  });
});
