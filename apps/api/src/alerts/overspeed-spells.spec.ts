import { aService, LIVE, MINUTE_MS } from './overspeed-alerts.fake';
import { noHistory } from './overspeed-history';

const HOUR = 60;

describe('spells of overspeeding', () => {
  it('judges a record from the future by its arrival, and no later record by that one', async () => {
    const { service, announce, told, start, end, picture } = aService();
    for (const record of [start(-8 * HOUR), end(-8 * HOUR), start(0), end(0), start(-3 * HOUR), end(0)])
      announce(record, LIVE);
    await service.settled();
    expect(told()).toEqual(['started 0', 'ended 0', 'started 0', 'ended 0', 'started 0', 'ended 0']);
    expect(picture()).toMatchObject({ active: [] });
  });

  it.each([0.02, 1, 2, 4.9])(
    'ends what a clock %d minutes ahead has begun, by a clock that is right',
    async (ahead) => {
      const { service, announce, told, start, end, picture } = aService();
      announce(start(-ahead), LIVE);
      announce(end(0), LIVE);
      await service.settled();
      expect(told()).toEqual(['started 0', 'ended 0']);
      expect(picture().active).toEqual([]);
    },
  );

  it('raises the alert of a receiver without satellites when it arrives', async () => {
    const { service, announce, told, record } = aService();
    announce(record(0, { recordedAtMs: Date.UTC(1980, 0, 6, 0, 3), overspeed: true }), LIVE);
    await service.settled();
    expect(told()).toEqual(['started 0']);
  });

  it('is not muted by what an earlier version has kept of a clock that was ahead', async () => {
    const { service, announce, told, store, start, end } = aService();
    const laterMs = Date.now() + 8 * HOUR * MINUTE_MS;
    const open = {
      driverId: 'd1',
      plateNumber: '',
      startedAtMs: laterMs,
      endedAtMs: null,
      unconfirmedSinceMs: null,
      lastFlagMs: laterMs,
      reporterId: '',
    };
    store.drivers.set('d1', {
      open,
      history: { ...noHistory('d1'), lastStartMs: laterMs, lastEndMs: laterMs },
    });
    announce(end(0), LIVE);
    announce(start(0), LIVE);
    await service.settled();
    expect(told()).toEqual(['ended 0', 'started 0']);
  });

  it('begins a spell once even if each of its records says that it begins, and ends it when the device says so', async () => {
    const { service, announce, told, start, end, picture } = aService();
    for (const agoMinutes of [4, 3.5, 3.7, 2.6, 1.7]) announce(start(agoMinutes), LIVE);
    await service.settled();
    expect(picture().active).toEqual([4]);
    announce(end(1.2), LIVE);
    announce(start(1), LIVE);
    await service.settled();
    expect(told()).toEqual(['started 4', 'ended 1.2', 'started 1']);
  });

  it('ends a spell without a reported end, when the next begins, at its last record seen', async () => {
    const { service, announce, told, start, record, picture } = aService();
    announce(start(10), LIVE);
    for (const agoMinutes of [9.5, 8.6, 7]) announce(record(agoMinutes, {}), LIVE);
    announce(start(3), LIVE);
    await service.settled();
    expect(told()).toEqual(['started 10', 'ended 8.6 end unknown', 'started 3']);
    expect(picture()).toEqual({ active: [3], past: [[10, 8.6]] });
  });

  it('knows the last record of a spell as well when the next start could not be queued and is sent again', async () => {
    const { service, announce, told, start, record } = aService();
    announce(start(10), LIVE);
    announce(record(9.5, {}), LIVE);
    const next = start(3);
    service.newsOf([next]);
    announce(next, LIVE);
    await service.settled();
    expect(told()).toEqual(['started 10', 'ended 9.5 end unknown', 'started 3']);
  });

  it('ends a spell at the last record before a break that records go on after, once, and not one begun since', async () => {
    const { service, announce, told, start, store, found, picture } = aService();
    announce(start(9), LIVE);
    await service.settled();
    const startedAtMs = store.drivers.get('d1')?.open?.startedAtMs ?? 0;
    found.push({ driverId: 'd1', startedAtMs, lastMs: startedAtMs + 2 * MINUTE_MS });
    const review = (heard: string[]) =>
      service.review({
        nowMs: Date.now(),
        cursor: '1',
        heard: new Set(heard),
        lastStoredMs: () => Date.now(),
        lastRecordMs: () => null,
      });
    await review(['others']);
    await service.settled();
    expect(told()).toEqual(['started 9']);
    await review(['d1']);
    await service.settled();
    announce(start(1), LIVE);
    await service.settled();
    await review(['d1']);
    await service.settled();
    expect(told()).toEqual(['started 9', 'ended 7 end unknown', 'started 1']);
    expect(store.past).toMatchObject([{ endUnknown: true }]);
    expect(picture().active).toEqual([1]);
  });
});
