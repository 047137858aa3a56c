import { SNAPSHOT_WINDOW_MS } from '@drivewatch/contracts';
import type { StoredSpeed } from '@drivewatch/persistence';
import { LivePicture, toMessage } from './live-picture';

const speed = (driverId: string, recordedAtMs: number, fields: Partial<StoredSpeed> = {}): StoredSpeed => ({
  driverId,
  plateNumber: '',
  recordedAtMs,
  speedKmh: recordedAtMs % 100,
  storedAtMs: 0,
  ...fields,
});
const timesOf = (picture: LivePicture, driverId: string) =>
  picture.snapshot().speeds[driverId]?.data.map(({ x }) => x);

describe(LivePicture.name, () => {
  it('keeps every point of the window, also several of one second, and sorts in what comes late', () => {
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

  it('keeps the plate that a later record leaves out, and the newest moment of being heard', () => {
    const picture = new LivePicture();
    picture.add([speed('d1', 1, { plateNumber: '华A1', storedAtMs: 500 })]);
    picture.add([speed('d1', 2, { storedAtMs: 700 }), speed('d1', 3, { storedAtMs: 600 })]);
    expect(picture.snapshot().drivers.d1).toEqual({ carPlateNumber: '华A1', lastHeardMs: 700 });
  });
});

describe(toMessage.name, () => {
  it('takes any driver ID for a key', () => {
    const { speeds } = toMessage([speed('constructor', 1), speed('toString', 2)]);
    expect(JSON.parse(JSON.stringify(speeds))).toEqual({
      constructor: { name: 'constructor', data: [{ x: 1, y: 1 }] },
      toString: { name: 'toString', data: [{ x: 2, y: 2 }] },
    });
  });
});
