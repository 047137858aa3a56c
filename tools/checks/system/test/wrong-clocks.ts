import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, type Stack } from '@drivewatch/testing';
import { suiteStack } from './suite-stack';
import { LiveClient } from './live-client';
import { metricsOf, totalOf } from './metrics-of';
import { acceptedId, REPLAY } from './post-record';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

describe('records of devices with wrong clocks, or that leave out an end', () => {
  let stack: Stack;
  let page: LiveClient;

  beforeAll(async () => {
    stack = await suiteStack();
  });
  beforeEach(async () => {
    page = await LiveClient.connect(stack.url);
  });
  afterEach(() => page.close());

  const timeIn = (ms: number): string => new Date(Date.now() + ms).toISOString();
  const post = (driverID: string, aheadMs: number, fields: Record<string, string> = {}) =>
    acceptedId(stack.url, aWireRecord({ driverID, Time: timeIn(aheadMs), ...fields }));
  const start = { isOverspeed: '1' };
  const end = { isOverspeedFinished: '1', overspeedTime: '1' };
  const toldOf = (driverID: string) =>
    page.alerts.filter((alert) => alert.driverID === driverID).map(({ event }) => event);
  /** Returns what a page that connects now is told. */
  const pictureOf = async (driverID: string) => {
    const other = await LiveClient.connect(stack.url);
    other.close();
    const { active = [], past = [] } = other.pictures.at(-1) ?? {};
    const data = other.data.at(-1);
    return {
      active: active.filter((alert) => alert.driverID === driverID),
      past: past.filter((alert) => alert.driverID === driverID),
      info: data?.meta.drivers[driverID],
      points: data?.speeds[driverID]?.data ?? [],
    };
  };

  it('raises the alerts of a driver whose clock was hours ahead before', async () => {
    await post('muted', 7 * HOUR_MS, start);
    await post('muted', 7 * HOUR_MS + 40 * SECOND_MS, end);
    const repairedMs = Date.now();
    await post('muted', 0, start);
    await eventually(() => expect(toldOf('muted')).toEqual(['overspeeding', 'overspeedEnd', 'overspeeding']));
    const { active } = await pictureOf('muted');
    expect(active).toHaveLength(1);
    expect(active[0]?.startedAtMs).toBeGreaterThanOrEqual(repairedMs);
    expect(active[0]?.startedAtMs).toBeLessThanOrEqual(Date.now());
    await post('muted', 0, end);
  });

  it.each([
    ['a minute', MINUTE_MS],
    ['four minutes', 4 * MINUTE_MS],
    ['half a day', 12 * HOUR_MS],
  ])('ends an alert that a clock %s ahead has begun, by one that is right', async (what, aheadMs) => {
    const driverID = `stuck ${what}`;
    await post(driverID, aheadMs, start);
    await post(driverID, 0, end);
    await eventually(() => expect(toldOf(driverID)).toEqual(['overspeeding', 'overspeedEnd']));
    expect((await pictureOf(driverID)).active).toEqual([]);
  });

  it("shows a record from the future at its arrival, marked, beside the driver's present records", async () => {
    const aheadBefore = totalOf(await metricsOf(stack.url), 'drivewatch_records_ahead_total');
    await post('van', -20 * SECOND_MS, { Speed: '41' });
    await post('van', 5 * HOUR_MS, { Speed: '42' });
    await post('fast', 23 * HOUR_MS, { Speed: '43' });
    await eventually(async () => {
      expect((await pictureOf('van')).points.map(({ y }) => y)).toEqual([41, 42]);
      expect((await pictureOf('fast')).points.map(({ y }) => y)).toEqual([43]);
    });
    const marked = await pictureOf('van');
    expect((marked.info?.deviceClockMs ?? 0) - (marked.info?.lastHeardMs ?? 0)).toBeGreaterThan(
      4.9 * HOUR_MS,
    );
    for (const { x } of [...marked.points, ...(await pictureOf('fast')).points])
      expect(x).toBeLessThanOrEqual(Date.now());
    await post('van', 0, { Speed: '44' });
    await eventually(async () => {
      const { points, info } = await pictureOf('van');
      expect(points.map(({ y }) => y)).toEqual([41, 42, 44]);
      expect(info?.deviceClockMs).toBeNull();
    });
    expect(totalOf(await metricsOf(stack.url), 'drivewatch_records_ahead_total')).toBe(aheadBefore + 2);

    // A page that connects after a restart is sent what was stored, not what an instance has seen.
    await stack.api().stop();
    await stack.startApi();
    page.close();
    page = await LiveClient.connect(stack.url);
    expect((await pictureOf('van')).points.map(({ y }) => y)).toEqual([41, 42, 44]);
    const fast = await pictureOf('fast');
    expect(fast.points.map(({ y }) => y)).toEqual([43]);
    expect(fast.info?.deviceClockMs).toBeGreaterThan(Date.now() + 22 * HOUR_MS);
  });

  it.each([
    ['1970', '1970-01-01T00:03:00Z'],
    ['1980', '1980-01-06T00:00:30Z'],
    ['1999', '1999-08-22T00:00:00Z'],
    ['1,024 weeks ago', new Date(Date.now() - 1024 * 7 * 24 * HOUR_MS).toISOString()],
  ])('takes a record of %s, marks it, and shows it at its arrival', async (what, Time) => {
    const driverID = `dead ${what.replace(',', '')}`;
    await acceptedId(stack.url, aWireRecord({ driverID, Time, ...start }));
    await eventually(() => expect(toldOf(driverID)).toEqual(['overspeeding']));
    await eventually(async () => {
      const { points, info } = await pictureOf(driverID);
      expect(points).toHaveLength(1);
      expect(points[0]?.x).toBeGreaterThan(Date.now() - 10 * MINUTE_MS);
      expect(info?.deviceClockMs).toBe(Date.parse(Time));
    });
    await post(driverID, 0, end);
  });

  it('begins a spell once even if each of its records says so', async () => {
    const firstMs = Date.now() - 90 * SECOND_MS;
    const timesMs = [0, 15, 45, 46, 80].map((seconds) => firstMs + seconds * SECOND_MS);
    for (const atMs of timesMs) await post('bit', atMs - Date.now(), start);
    await eventually(async () => expect((await pictureOf('bit')).active).toHaveLength(1));
    const { active } = await pictureOf('bit');
    // This is exact to the few milliseconds between the two readings of the clock for the first record's time.
    expect(active[0]?.startedAtMs).toBeGreaterThanOrEqual(firstMs);
    expect(active[0]?.startedAtMs).toBeLessThan(timesMs[1] ?? 0);
    await post('bit', 0, end);
    await eventually(() => expect(toldOf('bit')).toEqual(['overspeeding', 'overspeedEnd']));
  });

  it('ends a spell without an end at the last record before a break, once records come that say nothing about it', async () => {
    const at = (clock: string) => `2017-01-05 ${clock}`;
    const send = (driverID: string, Time: string, fields: Record<string, string> = {}) =>
      acceptedId(stack.url, aWireRecord({ driverID, Time, ...fields }), REPLAY);
    await send('parked', at('23:02:53'), start);
    await send('driving', at('23:02:53'), start);
    for (const clock of ['23:03:00', '23:03:10', '23:03:20']) await send('parked', at(clock));
    for (const clock of ['23:03:00', '23:03:59', '23:04:58']) await send('driving', at(clock));
    await eventually(async () => expect((await pictureOf('driving')).points).toHaveLength(4));
    expect(toldOf('parked')).toEqual(['overspeeding']);
    await send('parked', '2017-01-08 16:00:10');
    await eventually(() => expect(toldOf('parked')).toEqual(['overspeeding', 'overspeedEnd']));
    const { active, past } = await pictureOf('parked');
    expect(active).toEqual([]);
    expect(past).toMatchObject([{ endUnknown: true, endedAtMs: Date.parse('2017-01-05T23:03:20Z') }]);
    expect(page.alerts.at(-1)).toMatchObject({ Time: at('23:03:20') });
    expect((await pictureOf('driving')).active).toHaveLength(1);
    await send('driving', at('23:05:10'), end);
  });

  it('keeps the plate of the newest record by its time', async () => {
    const plateOf = async (driverID: string) => (await pictureOf(driverID)).info?.carPlateNumber;
    await post('plate', 0, { carPlateNumber: 'NEW-222' });
    await eventually(async () => expect(await plateOf('plate')).toBe('NEW-222'));
    await post('plate', -3 * HOUR_MS, { carPlateNumber: 'OLD-111', Speed: '42' });
    // The tick that carries the late record also says the plate.
    await eventually(() => expect(page.tickPoints.some((point) => /^plate \d+ 42$/.test(point))).toBe(true));
    const tick = page.data.findLast(({ speeds }) => speeds.plate?.data.some(({ y }) => y === 42));
    expect(tick?.meta.drivers.plate?.carPlateNumber).toBe('NEW-222');
    expect(await plateOf('plate')).toBe('NEW-222');
  });
});
