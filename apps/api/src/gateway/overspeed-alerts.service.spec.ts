import { EventEmitter } from 'node:events';
import type { AlertPicture, DrivingRecord, OverspeedChange } from '@drivewatch/contracts';
import { aRecord } from '@drivewatch/test-records';
import type { Redis } from 'ioredis';
import type { AlertStore, DriverChange } from './alert-store';
import type { LiveGateway } from './live.gateway';
import { OverspeedAlertsService } from './overspeed-alerts.service';

const MINUTE_MS = 60_000;

/** The service with everything that it tells pages and saves, by the minutes before now. */
function aService(nowMs = Date.now()) {
  const told: string[] = [];
  const saved: DriverChange[] = [];
  const gateway: Partial<LiveGateway> = {
    serveAlerts: () => undefined,
    sendAlerts: () => undefined,
    sendOverspeedChange: ({ kind, atMs }: OverspeedChange) =>
      told.push(`${kind} ${(nowMs - atMs) / MINUTE_MS}`),
  };
  const store: Partial<AlertStore> = { record: (change) => saved.push(change) };
  const service = new OverspeedAlertsService(
    store as AlertStore,
    gateway as LiveGateway,
    new EventEmitter() as Redis,
    { ALERT_MAX_AGE: 15 * MINUTE_MS },
  );
  const record = (agoMinutes: number, fields: Partial<DrivingRecord>) =>
    aRecord({ driverId: 'd1', recordedAtMs: nowMs - agoMinutes * MINUTE_MS, ...fields });
  const picture = ({ active, past }: AlertPicture) => ({
    active: active.map(({ startedAtMs }) => (nowMs - startedAtMs) / MINUTE_MS),
    past: past.map(({ startedAtMs, endedAtMs }) =>
      [startedAtMs, endedAtMs ?? 0].map((atMs) => (nowMs - atMs) / MINUTE_MS),
    ),
  });
  return {
    ...{ service, told, saved },
    start: (agoMinutes: number, id?: string) =>
      record(agoMinutes, { overspeed: true, ...(id !== undefined && { id }) }),
    end: (agoMinutes: number, id?: string) =>
      record(agoMinutes, { overspeedFinished: true, ...(id !== undefined && { id }) }),
    both: (agoMinutes: number) => record(agoMinutes, { overspeed: true, overspeedFinished: true }),
    picture: () => picture(service.picture()),
  };
}

const LIVE = { isReplay: false };
const REPLAY = { isReplay: true };

describe(OverspeedAlertsService.name, () => {
  it('raises nothing of a backlog of two hours but what goes on', () => {
    const { service, told, start, end, picture } = aService();
    for (const record of [start(120), end(110), start(40), end(35), start(10)])
      service.announce(record, LIVE);
    expect(told).toEqual(['started 10']);
    expect(picture()).toEqual({ active: [10], past: [] });
  });

  it('ends an alert from before the tunnel with the end that the backlog brings', () => {
    const { service, told, start, end, picture } = aService();
    service.announce(start(130), REPLAY);
    service.announce(end(125), LIVE);
    expect(told).toEqual(['started 130', 'ended 125']);
    expect(picture()).toEqual({ active: [], past: [[130, 125]] });
  });

  it('raises no alert whose end was there first', () => {
    const { service, told, start, end, picture } = aService();
    service.announce(end(2), LIVE);
    service.announce(start(3), LIVE);
    expect(told).toEqual(['ended 2']);
    expect(picture()).toEqual({ active: [], past: [] });
  });

  it('does not let the late end of an earlier spell end the present one', () => {
    const { service, told, start, end, picture } = aService();
    service.announce(start(2), LIVE);
    service.announce(end(3), LIVE);
    expect(told).toEqual(['started 2']);
    expect(picture().active).toEqual([2]);
  });

  it('announces a record that is sent again once, also within one second and after its alert has ended', () => {
    const { service, told, start, end, picture } = aService();
    const first = start(2, 'a');
    const last = end(2, 'b');
    const next = start(2, 'c');
    for (const record of [first, first, last, first, last, next, last]) service.announce(record, LIVE);
    expect(told).toEqual(['started 2', 'ended 2', 'started 2']);
    expect(picture().active).toEqual([2]);
  });

  it('takes a record that begins and ends a spell in this order', () => {
    const { service, told, both, picture } = aService();
    service.announce(both(1), LIVE);
    expect(told).toEqual(['started 1', 'ended 1']);
    expect(picture()).toEqual({ active: [], past: [[1, 1]] });
  });

  it('shows the alerts of a replay whatever their age, and again when it is repeated', () => {
    const { service, told, start, end, picture } = aService();
    const file = [start(5000, 'a'), end(4990, 'b'), start(4980, 'c'), end(4970, 'd')];
    for (const record of [...file, ...file]) service.announce(record, REPLAY);
    const once = ['started 5000', 'ended 4990', 'started 4980', 'ended 4970'];
    expect(told).toEqual([...once, ...once]);
    expect(picture().past).toHaveLength(4);
  });

  it('saves what a repeat is known by, also of a record that nobody was told of', () => {
    const { service, saved, start } = aService(1_000_000_000);
    service.announce(start(60, 'late'), LIVE);
    expect(saved).toEqual([
      {
        driverID: 'd1',
        alert: null,
        history: {
          driverID: 'd1',
          lastStartMs: 1_000_000_000 - 60 * MINUTE_MS,
          lastEndMs: null,
          recordIds: ['late'],
        },
        forgotten: undefined,
      },
    ]);
  });
});
