import { aService, LIVE, MINUTE_MS, REPLAY } from './overspeed-alerts.fake';
import { OverspeedAlertsService } from './overspeed-alerts.service';
import { noHistory } from './overspeed-history';

describe(OverspeedAlertsService.name, () => {
  it('raises only what is still going on from a backlog of two hours', async () => {
    const { service, announce, told, start, end, picture } = aService();
    for (const record of [start(120), end(110), start(40), end(35), start(10)]) announce(record, LIVE);
    await service.settled();
    expect(told()).toEqual(['started 10']);
    expect(picture()).toEqual({ active: [10], past: [] });
  });

  it('ends an alert from before the tunnel with the end that the backlog brings', async () => {
    const { service, announce, told, start, end, picture } = aService();
    announce(start(130), REPLAY);
    announce(end(125), LIVE);
    await service.settled();
    expect(told()).toEqual(['started 130', 'ended 125']);
    expect(picture()).toEqual({ active: [], past: [[130, 125]] });
  });

  it('raises no alert whose end came first', async () => {
    const { service, announce, told, start, end, picture } = aService();
    announce(end(2), LIVE);
    announce(start(3), LIVE);
    await service.settled();
    expect(told()).toEqual(['ended 2']);
    expect(picture()).toEqual({ active: [], past: [] });
  });

  it('does not let the late end of an earlier spell end the present one', async () => {
    const { service, announce, told, start, end, picture } = aService();
    announce(start(2), LIVE);
    announce(end(3), LIVE);
    await service.settled();
    expect(told()).toEqual(['started 2']);
    expect(picture().active).toEqual([2]);
  });

  it('announces a record that is sent again only once, even within one second and after its alert has ended', async () => {
    const { service, announce, told, start, end, picture } = aService();
    const first = start(2, 'a');
    const last = end(2, 'b');
    const next = start(2, 'c');
    for (const record of [first, first, last, first, last, next, last]) announce(record, LIVE);
    await service.settled();
    expect(told()).toEqual(['started 2', 'ended 2', 'started 2']);
    expect(picture().active).toEqual([2]);
  });

  it('handles a record that begins and ends a spell in this order', async () => {
    const { service, announce, told, both, picture } = aService();
    announce(both(1), LIVE);
    await service.settled();
    expect(told()).toEqual(['started 1', 'ended 1']);
    expect(picture()).toEqual({ active: [], past: [[1, 1]] });
  });

  it('shows the alerts of a replay whatever their age, and again when it is repeated', async () => {
    const { service, announce, told, start, end, picture } = aService();
    const file = [start(5000, 'a'), end(4990, 'b'), start(4980, 'c'), end(4970, 'd')];
    for (const record of [...file, ...file]) announce(record, REPLAY);
    const once = ['started 5000', 'ended 4990', 'started 4980', 'ended 4970'];
    await service.settled();
    expect(told()).toEqual([...once, ...once]);
    expect(picture().past).toHaveLength(4);
  });

  it('remembers a record that was not announced, and tells no instance about it', async () => {
    const nowMs = Date.now();
    const { service, announce, store, start, instancesTold } = aService(nowMs);
    announce(start(60, 'late'), LIVE);
    await service.settled();
    expect(store.drivers.get('d1')).toMatchObject({
      open: undefined,
      history: { lastStartMs: nowMs - 60 * MINUTE_MS, lastEndMs: null, recordIds: ['late'] },
    });
    expect(instancesTold()).toBe(0);
  });

  it('decides again when another instance was quicker with the same record', async () => {
    const here = aService();
    const record = here.start(2, 'same');
    let isFirst = true;
    here.store.beforeWrite = () => {
      if (!isFirst) return;
      isFirst = false;
      // The other instance has written this between this one's reading and writing.
      const known = { open: undefined, history: { ...noHistory('d1'), recordIds: ['same'], lastStartMs: 1 } };
      here.store.drivers.set('d1', known);
    };
    here.announce(record, LIVE);
    await here.service.settled();
    expect(here.told()).toEqual([]);
  });

  describe('of news that nobody has decided on', () => {
    beforeEach(() => jest.useFakeTimers({ now: Date.now() }));
    afterEach(() => jest.useRealTimers());

    /** Lets the service look for neglected news. */
    const look = async (service: OverspeedAlertsService): Promise<void> => {
      service.onApplicationBootstrap();
      await jest.advanceTimersByTimeAsync(10_000);
      await service.beforeApplicationShutdown();
    };

    it('retries until Redis has taken the change, and announces it once', async () => {
      const { service, announce, store, told, start } = aService();
      let failures = 2;
      store.beforeWrite = () => {
        if ((failures -= 1) >= 0) throw new Error('Connection is closed');
      };
      announce(start(2), REPLAY);
      await service.settled();
      expect(told()).toEqual([]);
      await look(service);
      expect(told()).toEqual(['started 2']);
    });

    it('announces what a dead instance has left, in order', async () => {
      const dead = aService();
      const { service, store, told, picture } = aService();
      store.note(dead.service.newsOf([dead.start(3), dead.end(2), dead.start(1)]));
      await look(service);
      expect(told()).toEqual(['started 3', 'ended 2', 'started 1']);
      expect(picture()).toEqual({ active: [1], past: [[3, 2]] });
    });

    it('raises nothing that has become old meanwhile, not even of a replay, but ends what was open', async () => {
      const dead = aService();
      const { service, announce, store, told } = aService();
      announce(dead.start(20), REPLAY);
      await service.settled();
      const replayed = { ...dead.record(5000, { driverId: 'd2', overspeed: true }), isReplay: true };
      store.note(dead.service.newsOf([dead.end(19), dead.start(14), replayed]));
      jest.setSystemTime(Date.now() + 16 * MINUTE_MS);
      await look(service);
      expect(told()).toEqual(['started 20', 'ended 19']);
    });

    it('decides on the first news before those that come later to another instance', async () => {
      const dead = aService();
      const { service, announce, store, told, end } = aService();
      store.note(dead.service.newsOf([dead.start(2)]));
      announce(end(1), LIVE);
      await service.settled();
      expect(told()).toEqual(['started 2', 'ended 1']);
    });
  });

  it('calls an alert unconfirmed when its driver is silent for too long, until a record comes', async () => {
    const { service, announce, told, start, store } = aService();
    const acceptedMs = Date.now();
    announce(start(0), LIVE);
    await service.settled();
    const reviewAfter = async (minutes: number, storedAtMs: number): Promise<number | null | undefined> => {
      await service.review({
        nowMs: acceptedMs + minutes * MINUTE_MS,
        cursor: '1',
        heard: null,
        lastStoredMs: () => storedAtMs,
        lastRecordMs: () => null,
      });
      await service.settled();
      return store.drivers.get('d1')?.open?.unconfirmedSinceMs;
    };
    expect(await reviewAfter(9, 0)).toBeNull();
    expect(await reviewAfter(12, acceptedMs + 3 * MINUTE_MS)).toBeNull();
    const sinceMs = acceptedMs + 14 * MINUTE_MS;
    expect(await reviewAfter(14, acceptedMs + 3 * MINUTE_MS)).toBe(sinceMs);
    expect(await reviewAfter(15, acceptedMs + 3 * MINUTE_MS)).toBe(sinceMs);
    expect(await reviewAfter(16, acceptedMs + 15.5 * MINUTE_MS)).toBeNull();
    expect(told().map((change) => change.split(' ')[0])).toEqual(['started', 'unconfirmed', 'confirmed']);
  });

  it.each([
    ['its last record', 2, 'ended 2 end unknown'],
    ['its start, where nothing is known of it since', null, 'ended 3 end unknown'],
  ])('ends an alert that is unconfirmed for an hour, at %s', async (_, lastRecordAgo, end) => {
    const nowMs = Date.now();
    const { service, announce, told, start } = aService(nowMs);
    announce(start(3), LIVE);
    await service.settled();
    const reviewAfter = async (minutes: number): Promise<void> => {
      await service.review({
        nowMs: nowMs + minutes * MINUTE_MS,
        cursor: '1',
        heard: null,
        lastStoredMs: () => 0,
        lastRecordMs: () => (lastRecordAgo === null ? null : nowMs - lastRecordAgo * MINUTE_MS),
      });
      await service.settled();
    };
    for (const minutes of [11, 12, 70]) await reviewAfter(minutes);
    expect(told()).toEqual(['started 3', 'unconfirmed -11']);
    await reviewAfter(72);
    expect(told()).toEqual(['started 3', 'unconfirmed -11', end]);
  });

  it('raises no alert beyond the limit, counts it, and lets an open alert be replaced by the next', async () => {
    const { service, announce, store, told, start, record, withheld } = aService();
    announce(start(9), LIVE);
    await service.settled();
    store.mayOpen = false;
    announce(record(2, { driverId: 'd2', overspeed: true }), LIVE);
    announce(record(1, { driverId: 'd2', overspeedFinished: true }), LIVE);
    announce(start(2), LIVE);
    await service.settled();
    expect(told().filter((change) => change.startsWith('started'))).toEqual(['started 9', 'started 2']);
    expect(withheld()).toBe(1);
  });
});
