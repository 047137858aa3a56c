import type { SpeedDataMeta } from '@drivewatch/contracts';
import { applySpeedData, type DriverTracks, firstPointFrom, POINTS_KEPT_PER_DRIVER } from './driver-track';

const points = (...xs: number[]) => xs.map((x) => ({ x, y: x }));

describe('applySpeedData', () => {
  const held: DriverTracks = new Map([
    [
      'a',
      {
        id: 'a',
        name: 'a',
        plateNumber: '华A1',
        points: points(10),
        lastStoredMs: 1_000,
        deviceClockMs: null,
      },
    ],
    ['b', { id: 'b', name: 'b', plateNumber: '', points: points(10), lastStoredMs: 1_000, deviceClockMs: 5 }],
  ]);
  const meta = {
    cursor: '1',
    drivers: { a: { carPlateNumber: '', lastHeardMs: 2_000, deviceClockMs: null } },
  };

  it('forgets everything held when a snapshot arrives', () => {
    const after = applySpeedData(held, { a: { name: 'a', data: points(5) } }, { ...meta, kind: 'snapshot' });
    expect([...after.keys()]).toEqual(['a']);
    expect(after.get('a')?.points).toEqual(points(5));
    expect(after.get('a')?.plateNumber).toBe('');
  });

  it.each(['tick', 'catch-up'] as const)(
    'appends what a %s brings and leaves other drivers alone',
    (kind) => {
      const after = applySpeedData(held, { a: { name: 'a', data: points(20) } }, { ...meta, kind });
      expect(after.get('a')?.points).toEqual(points(10, 20));
      expect(after.get('a')?.lastStoredMs).toBe(2_000);
      expect(after.get('b')).toBe(held.get('b'));
    },
  );

  it('drops the oldest points beyond those kept', () => {
    const many = points(...Array.from({ length: POINTS_KEPT_PER_DRIVER }, (_, index) => 20 + index));
    const after = applySpeedData(held, { a: { name: 'a', data: many } }, { ...meta, kind: 'tick' });
    expect(after.get('a')?.points).toEqual(many);
  });

  it('keeps a known plate when a later payload has none', () => {
    const after = applySpeedData(held, { a: { name: 'a', data: points(20) } }, { ...meta, kind: 'tick' });
    expect(after.get('a')?.plateNumber).toBe('华A1');
  });

  it('takes the plate that the server says, also with a record that came late', () => {
    const drivers = { a: { carPlateNumber: '华A2', lastHeardMs: 2_000, deviceClockMs: null } };
    const after = applySpeedData(
      held,
      { a: { name: 'a', data: points(5) } },
      { ...meta, kind: 'tick', drivers },
    );
    expect(after.get('a')?.plateNumber).toBe('华A2');
    expect(after.get('a')?.points).toEqual(points(5, 10));
  });

  it('holds what the clock of the device said last', () => {
    const told = (deviceClockMs: number | null) => ({
      ...meta,
      kind: 'tick' as const,
      drivers: { a: { carPlateNumber: '', lastHeardMs: 2_000, deviceClockMs } },
    });
    const ahead = applySpeedData(held, {}, told(9_000));
    expect(ahead.get('a')?.deviceClockMs).toBe(9_000);
    expect(ahead.get('b')?.deviceClockMs).toBe(5);
    expect(applySpeedData(ahead, {}, told(null)).get('a')?.deviceClockMs).toBeNull();
  });

  it('takes a clock as right if the server does not say', () => {
    const drivers = { b: { carPlateNumber: '', lastHeardMs: 2_000 } } as unknown as SpeedDataMeta['drivers'];
    expect(applySpeedData(held, {}, { ...meta, kind: 'tick', drivers }).get('b')?.deviceClockMs).toBeNull();
  });

  it('knows a driver whose records have no speed', () => {
    const after = applySpeedData(new Map(), { a: { name: 'a', data: [] } }, { ...meta, kind: 'tick' });
    expect(after.get('a')).toMatchObject({ points: [], lastStoredMs: 2_000 });
  });
});

describe('firstPointFrom', () => {
  it('finds the first of several points at the same moment', () => {
    expect(firstPointFrom(points(10, 20, 20, 30), 20)).toBe(1);
  });

  it('returns the number of points when all are older', () => {
    expect(firstPointFrom(points(10, 20), 21)).toBe(2);
  });
});
