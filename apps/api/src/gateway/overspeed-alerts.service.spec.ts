import type { AlertChange, DrivingRecord, OverspeedAlert } from '@drivewatch/contracts';
import type { DriveBreakRepository, FoundBreak } from '@drivewatch/persistence';
import { aRecord } from '@drivewatch/test-records';
import type { AlertFollower } from './alert-follower';
import type { AlertStore } from './alert-store';
import type { LiveGateway } from './live.gateway';
import { OverspeedAlertsService } from './overspeed-alerts.service';
import type { DriverState, DriverUpdate } from './overspeed-decision';
import { noHistory } from './overspeed-history';

const MINUTE_MS = 60_000;

/** Alerts as Redis keeps them, for one test; `conflicts` lets others change drivers at the last moment. */
class FakeStore {
  readonly drivers = new Map<string, DriverState>();
  readonly past: OverspeedAlert[] = [];
  readonly changes: AlertChange[] = [];
  /** Called before each write, which fails when it throws. */
  beforeWrite: () => void = () => undefined;

  async change(driverID: string, decide: (state: DriverState) => DriverUpdate | null): Promise<boolean> {
    await Promise.resolve();
    const known = () => this.drivers.get(driverID) ?? { open: undefined, history: noHistory(driverID) };
    for (;;) {
      const before = known();
      const update = decide(before);
      if (update === null) return false;
      this.beforeWrite();
      if (JSON.stringify(known()) !== JSON.stringify(before)) continue;
      this.drivers.set(driverID, { open: update.open, history: update.history });
      for (const alert of update.closed) this.past.unshift(alert);
      this.changes.push(...update.changes);
      return update.changes.length > 0;
    }
  }
}

/** The service with everything that pages are told, by the minutes before now. */
function aService(nowMs = Date.now()) {
  const store = new FakeStore();
  let instancesTold = 0;
  const follower: Partial<AlertFollower> = {
    follow: () => Promise.resolve(true),
    get openAlerts() {
      return [...store.drivers.values()].flatMap(({ open }) => open ?? []);
    },
  };
  const gateway: Partial<LiveGateway> = { tellInstances: () => (instancesTold += 1) };
  const found: FoundBreak[] = [];
  const breaks: Partial<DriveBreakRepository> = {
    firstBreaks: (_cursor, starts) =>
      Promise.resolve(found.filter(({ driverId }) => starts.some((start) => start.driverId === driverId))),
  };
  const service = new OverspeedAlertsService(
    store as unknown as AlertStore,
    follower as AlertFollower,
    gateway as LiveGateway,
    breaks as DriveBreakRepository,
    { ALERT_MAX_AGE: 15 * MINUTE_MS, ALERT_STALE: 10 * MINUTE_MS },
  );
  const record = (agoMinutes: number, fields: Partial<DrivingRecord>) =>
    aRecord({
      ...{ driverId: 'd1', recordedAtMs: nowMs - agoMinutes * MINUTE_MS, receivedAtMs: nowMs },
      ...fields,
    });
  const picture = () => ({
    active: [...(follower.openAlerts ?? [])].map(({ startedAtMs }) => (nowMs - startedAtMs) / MINUTE_MS),
    past: store.past.map(({ startedAtMs, endedAtMs }) =>
      [startedAtMs, endedAtMs ?? 0].map((atMs) => (nowMs - atMs) / MINUTE_MS),
    ),
  });
  return {
    ...{ service, store, picture, found, record },
    told: () =>
      store.changes.map(
        ({ kind, atMs, endUnknown }) =>
          `${kind} ${(nowMs - atMs) / MINUTE_MS}${endUnknown === true ? ' end unknown' : ''}`,
      ),
    instancesTold: () => instancesTold,
    start: (agoMinutes: number, id?: string) =>
      record(agoMinutes, { overspeed: true, ...(id !== undefined && { id }) }),
    end: (agoMinutes: number, id?: string) =>
      record(agoMinutes, { overspeedFinished: true, ...(id !== undefined && { id }) }),
    both: (agoMinutes: number) => record(agoMinutes, { overspeed: true, overspeedFinished: true }),
  };
}

const LIVE = { isReplay: false };
const REPLAY = { isReplay: true };

describe(OverspeedAlertsService.name, () => {
  it('raises nothing of a backlog of two hours but what goes on', async () => {
    const { service, told, start, end, picture } = aService();
    for (const record of [start(120), end(110), start(40), end(35), start(10)])
      service.announce(record, LIVE);
    await service.settled();
    expect(told()).toEqual(['started 10']);
    expect(picture()).toEqual({ active: [10], past: [] });
  });

  it('ends an alert from before the tunnel with the end that the backlog brings', async () => {
    const { service, told, start, end, picture } = aService();
    service.announce(start(130), REPLAY);
    service.announce(end(125), LIVE);
    await service.settled();
    expect(told()).toEqual(['started 130', 'ended 125']);
    expect(picture()).toEqual({ active: [], past: [[130, 125]] });
  });

  it('raises no alert whose end was there first', async () => {
    const { service, told, start, end, picture } = aService();
    service.announce(end(2), LIVE);
    service.announce(start(3), LIVE);
    await service.settled();
    expect(told()).toEqual(['ended 2']);
    expect(picture()).toEqual({ active: [], past: [] });
  });

  it('does not let the late end of an earlier spell end the present one', async () => {
    const { service, told, start, end, picture } = aService();
    service.announce(start(2), LIVE);
    service.announce(end(3), LIVE);
    await service.settled();
    expect(told()).toEqual(['started 2']);
    expect(picture().active).toEqual([2]);
  });

  it('announces a record that is sent again once, also within one second and after its alert has ended', async () => {
    const { service, told, start, end, picture } = aService();
    const first = start(2, 'a');
    const last = end(2, 'b');
    const next = start(2, 'c');
    for (const record of [first, first, last, first, last, next, last]) service.announce(record, LIVE);
    await service.settled();
    expect(told()).toEqual(['started 2', 'ended 2', 'started 2']);
    expect(picture().active).toEqual([2]);
  });

  it('takes a record that begins and ends a spell in this order', async () => {
    const { service, told, both, picture } = aService();
    service.announce(both(1), LIVE);
    await service.settled();
    expect(told()).toEqual(['started 1', 'ended 1']);
    expect(picture()).toEqual({ active: [], past: [[1, 1]] });
  });

  it('shows the alerts of a replay whatever their age, and again when it is repeated', async () => {
    const { service, told, start, end, picture } = aService();
    const file = [start(5000, 'a'), end(4990, 'b'), start(4980, 'c'), end(4970, 'd')];
    for (const record of [...file, ...file]) service.announce(record, REPLAY);
    const once = ['started 5000', 'ended 4990', 'started 4980', 'ended 4970'];
    await service.settled();
    expect(told()).toEqual([...once, ...once]);
    expect(picture().past).toHaveLength(4);
  });

  it('remembers a record that nobody was told of, and tells no instance of it', async () => {
    const nowMs = Date.now();
    const { service, store, start, instancesTold } = aService(nowMs);
    service.announce(start(60, 'late'), LIVE);
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
      // What the other instance has written between this one's reading and writing.
      const known = { open: undefined, history: { ...noHistory('d1'), recordIds: ['same'], lastStartMs: 1 } };
      here.store.drivers.set('d1', known);
    };
    here.service.announce(record, LIVE);
    await here.service.settled();
    expect(here.told()).toEqual([]);
  });

  it('tries until Redis has taken a change, and tells it once also when only the answer was lost', async () => {
    const { service, store, told, start } = aService();
    let failures = 2;
    store.beforeWrite = () => {
      if ((failures -= 1) >= 0) throw new Error('Connection is closed');
    };
    service.announce(start(2), REPLAY);
    await service.settled();
    expect(told()).toEqual(['started 2']);
  });

  it('calls an alert unconfirmed when its driver is silent for too long, until a record comes', async () => {
    const { service, told, start, store } = aService();
    const acceptedMs = Date.now();
    service.announce(start(0), LIVE);
    await service.settled();
    const reviewAfter = async (minutes: number, storedAtMs: number): Promise<number | null | undefined> => {
      await service.review({
        ...{ nowMs: acceptedMs + minutes * MINUTE_MS, cursor: '1', heard: null },
        storedAtMs: () => storedAtMs,
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

  const HOUR = 60;

  it('judges a record from ahead of its arrival by its arrival, and none after it by that one', async () => {
    const { service, told, start, end, picture } = aService();
    for (const record of [start(-8 * HOUR), end(-8 * HOUR), start(0), end(0), start(-3 * HOUR), end(0)])
      service.announce(record, LIVE);
    await service.settled();
    expect(told()).toEqual(['started 0', 'ended 0', 'started 0', 'ended 0', 'started 0', 'ended 0']);
    expect(picture()).toMatchObject({ active: [] });
  });

  it.each([0.02, 1, 2, 4.9])(
    'ends what a clock %d minutes ahead has begun, by a clock that is right',
    async (ahead) => {
      const { service, told, start, end, picture } = aService();
      service.announce(start(-ahead), LIVE);
      service.announce(end(0), LIVE);
      await service.settled();
      expect(told()).toEqual(['started 0', 'ended 0']);
      expect(picture().active).toEqual([]);
    },
  );

  it('raises the alert of a receiver without satellites when it comes', async () => {
    const { service, told, record } = aService();
    service.announce(record(0, { recordedAtMs: Date.UTC(1980, 0, 6, 0, 3), overspeed: true }), LIVE);
    await service.settled();
    expect(told()).toEqual(['started 0']);
  });

  it('is not muted by what a version before this one has kept of a clock that was ahead', async () => {
    const { service, told, store, start, end } = aService();
    const laterMs = Date.now() + 8 * HOUR * MINUTE_MS;
    const open = {
      ...{ driverID: 'd1', carPlateNumber: '', startedAtMs: laterMs, endedAtMs: null },
      ...{ unconfirmedSinceMs: null, lastFlagMs: laterMs },
    };
    store.drivers.set('d1', {
      open,
      history: { ...noHistory('d1'), lastStartMs: laterMs, lastEndMs: laterMs },
    });
    service.announce(end(0), LIVE);
    service.announce(start(0), LIVE);
    await service.settled();
    expect(told()).toEqual(['ended 0', 'started 0']);
  });

  it('begins a spell once that says in each record that it begins, and ends it with the end of the device', async () => {
    const { service, told, start, end, picture } = aService();
    for (const agoMinutes of [4, 3.5, 3.7, 2.6, 1.7]) service.announce(start(agoMinutes), LIVE);
    await service.settled();
    expect(picture().active).toEqual([4]);
    service.announce(end(1.2), LIVE);
    service.announce(start(1), LIVE);
    await service.settled();
    expect(told()).toEqual(['started 4', 'ended 1.2', 'started 1']);
  });

  it('ends a spell of which no end has come, where the next begins, at the last record that was seen of it', async () => {
    const { service, told, start, record, picture } = aService();
    service.announce(start(10), LIVE);
    for (const agoMinutes of [9.5, 8.6, 7]) service.announce(record(agoMinutes, {}), LIVE);
    service.announce(start(3), LIVE);
    await service.settled();
    expect(told()).toEqual(['started 10', 'ended 8.6 end unknown', 'started 3']);
    expect(picture()).toEqual({ active: [3], past: [[10, 8.6]] });
  });

  it('ends a spell at the last record before a break that records go on after, once, and not one begun since', async () => {
    const { service, told, start, store, found, picture } = aService();
    service.announce(start(9), LIVE);
    await service.settled();
    const startedAtMs = store.drivers.get('d1')?.open?.startedAtMs ?? 0;
    found.push({ driverId: 'd1', startedAtMs, lastMs: startedAtMs + 2 * MINUTE_MS });
    const review = (heard: string[]) =>
      service.review({
        ...{ nowMs: Date.now(), cursor: '1', heard: new Set(heard) },
        storedAtMs: () => Date.now(),
      });
    await review(['others']);
    await service.settled();
    expect(told()).toEqual(['started 9']);
    await review(['d1']);
    await service.settled();
    service.announce(start(1), LIVE);
    await service.settled();
    await review(['d1']);
    await service.settled();
    expect(told()).toEqual(['started 9', 'ended 7 end unknown', 'started 1']);
    expect(store.past).toMatchObject([{ endUnknown: true }]);
    expect(picture().active).toEqual([1]);
  });
});
