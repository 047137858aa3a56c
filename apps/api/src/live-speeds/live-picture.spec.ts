import { SNAPSHOT_WINDOW_MS } from '@drivewatch/contracts';
import type { StoredSpeed } from '@drivewatch/persistence';
import { LivePicture } from './live-picture';

const EPOCH_MS = Date.parse('2026-11-29T12:00:00Z');

/**
 * @param atMs when it was recorded, since the test's epoch; it arrives at the same time, unless `fields` say otherwise
 */
const speed = (driverId: string, atMs: number, fields: Partial<StoredSpeed> = {}): StoredSpeed => ({
  driverId,
  plateNumber: '',
  recordedAtMs: EPOCH_MS + atMs,
  receivedAtMs: EPOCH_MS + atMs,
  speedKmh: atMs % 100,
  storedAtMs: 0,
  ...fields,
});
const timesOf = (picture: LivePicture, driverId: string) =>
  picture.snapshot().speeds[driverId]?.data.map(({ x }) => x - EPOCH_MS);

describe(LivePicture.name, () => {
  it('keeps every point of the window, even several in one second, and sorts late points in', () => {
    const picture = new LivePicture();
    picture.add([speed('d1', 1_000), speed('d1', 1_000), speed('d1', 3_000)]);
    picture.add([speed('d1', 2_000)]);
    expect(timesOf(picture, 'd1')).toEqual([1_000, 1_000, 2_000, 3_000]);
  });

  it("forgets what is older than the window, counted from the driver's own newest point", () => {
    const picture = new LivePicture();
    picture.add([speed('d1', 0), speed('d2', 0)]);
    picture.add([speed('d1', SNAPSHOT_WINDOW_MS)]);
    expect(timesOf(picture, 'd1')).toEqual([SNAPSHOT_WINDOW_MS]);
    expect(timesOf(picture, 'd2')).toEqual([0]);
  });

  it('keeps fewer points of each driver the more drivers there are', () => {
    const picture = new LivePicture();
    const points = Array.from({ length: 40 }, (_, n) => n * 1_000);
    for (let n = 0; n < 15_000; n += 1) picture.add([speed(`d${n}`, 1_000)]);
    picture.add(points.map((atMs) => speed('busy', atMs)));
    expect(timesOf(picture, 'busy')).toEqual(points.slice(-19));
  });

  it('keeps the plate when a later record leaves it out, and the time of the newest record', () => {
    const picture = new LivePicture();
    picture.add([speed('d1', 1, { plateNumber: '华A1', storedAtMs: 500 })]);
    picture.add([speed('d1', 2, { storedAtMs: 700 }), speed('d1', 3, { storedAtMs: 600 })]);
    expect(picture.snapshot().drivers.d1).toMatchObject({ carPlateNumber: '华A1', lastHeardMs: 700 });
  });

  it('places a record from the future, or from a dead clock, at its arrival, and says so', () => {
    const picture = new LivePicture();
    const [aheadMs, deadMs] = [EPOCH_MS + 8 * 3_600_000, Date.UTC(1980, 0, 6)];
    picture.add([
      speed('ahead', 1_000),
      speed('ahead', 2_000, { recordedAtMs: aheadMs, storedAtMs: 2 }),
      speed('dead', 2_000, { recordedAtMs: deadMs }),
      speed('a minute ahead', 2_000, { recordedAtMs: EPOCH_MS + 62_000 }),
    ]);
    expect(timesOf(picture, 'ahead')).toEqual([1_000, 2_000]);
    expect(timesOf(picture, 'dead')).toEqual([2_000]);
    expect(timesOf(picture, 'a minute ahead')).toEqual([62_000]);
    expect(picture.snapshot().drivers).toMatchObject({
      ahead: { deviceClockMs: aheadMs },
      dead: { deviceClockMs: deadMs },
      'a minute ahead': { deviceClockMs: null },
    });
    picture.add([speed('ahead', 3_000, { storedAtMs: 3 })]);
    expect(timesOf(picture, 'ahead')).toEqual([1_000, 2_000, 3_000]);
    expect(picture.snapshot().drivers.ahead?.deviceClockMs).toBeNull();
  });

  it('reports the clock of the record that came last among those stored together', () => {
    const picture = new LivePicture();
    const deadMs = Date.UTC(1980, 0, 6);
    // Speeds are read in this order, oldest first by their own times.
    picture.add([
      speed('d1', 0, { recordedAtMs: deadMs, receivedAtMs: EPOCH_MS + 60_000 }),
      speed('d1', 0, { receivedAtMs: EPOCH_MS + 59_000 }),
    ]);
    expect(picture.snapshot().drivers.d1?.deviceClockMs).toBe(deadMs);
  });

  it('draws no point for a record without a speed, but counts its driver as heard of', () => {
    const picture = new LivePicture();
    picture.add([speed('d1', 1_000, { speedKmh: null, storedAtMs: 5 })]);
    expect(picture.snapshot()).toMatchObject({
      speeds: { d1: { data: [] } },
      drivers: { d1: { lastHeardMs: 5 } },
    });
  });

  it('uses the plate of the newest record by its time, even in the message of a late one', () => {
    const picture = new LivePicture();
    picture.add([speed('d1', 9_000, { plateNumber: 'NEW-222', storedAtMs: 1 })]);
    const late = [
      speed('d1', 3_000, { plateNumber: 'OLD-111', storedAtMs: 2 }),
      speed('d1', 1_000, { plateNumber: 'OLD-000', storedAtMs: 2 }),
    ];
    picture.add(late);
    expect(picture.message(late).drivers.d1).toMatchObject({ carPlateNumber: 'NEW-222', lastHeardMs: 2 });
    expect(picture.message(late).speeds.d1?.data.map(({ x }) => x - EPOCH_MS)).toEqual([1_000, 3_000]);
    picture.add([speed('d1', 9_500, { plateNumber: 'NEXT-3' })]);
    expect(picture.snapshot().drivers.d1?.carPlateNumber).toBe('NEXT-3');
  });

  it('accepts any driver ID as a key', () => {
    const picture = new LivePicture();
    picture.add([speed('constructor', 1), speed('toString', 2)]);
    expect(JSON.parse(JSON.stringify(picture.snapshot().speeds))).toEqual({
      constructor: { name: 'constructor', data: [{ x: EPOCH_MS + 1, y: 1 }] },
      toString: { name: 'toString', data: [{ x: EPOCH_MS + 2, y: 2 }] },
    });
  });
});
