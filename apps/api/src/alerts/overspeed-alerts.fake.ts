import type { AlertChange, DrivingRecord, OverspeedAlert } from '@drivewatch/contracts';
import type { DriveBreakRepository, FoundBreak } from '@drivewatch/persistence';
import { aRecord } from '@drivewatch/contracts/samples';
import type { AlertFollower } from './alert-follower';
import type { AlertMetrics } from './alert-metrics';
import type { AlertStore } from './alert-store';
import { OverspeedAlertsService } from './overspeed-alerts.service';
import type { DriverState, DriverUpdate } from './overspeed-decision';
import { noHistory } from './overspeed-history';
import type { OverspeedNews } from './overspeed-news';

export const MINUTE_MS = 60_000;

/** Alerts as Redis keeps them, for one test; `beforeWrite` lets others change drivers at the last moment. */
class FakeStore {
  readonly drivers = new Map<string, DriverState>();
  readonly past: OverspeedAlert[] = [];
  readonly changes: AlertChange[] = [];
  /** News that is noted and not yet decided on, by driver. */
  readonly news = new Map<string, OverspeedNews[]>();
  /** Whether one more alert may be open. */
  mayOpen = true;
  /** Called before each write; the write fails when it throws. */
  beforeWrite: () => void = () => undefined;

  note(news: readonly OverspeedNews[]): void {
    for (const each of news) this.news.set(each.driverId, [...(this.news.get(each.driverId) ?? []), each]);
  }

  driversWithNews(): Promise<string[]> {
    return Promise.resolve([...this.news.keys()]);
  }

  async change(driverId: string, decide: (state: DriverState) => DriverUpdate | null): Promise<boolean> {
    await Promise.resolve();
    const known = () => this.drivers.get(driverId) ?? { open: undefined, history: noHistory(driverId) };
    for (;;) {
      const before = known();
      const update = decide(before);
      if (update === null) return false;
      this.beforeWrite();
      if (JSON.stringify(known()) !== JSON.stringify(before)) continue;
      this.drivers.set(driverId, { open: update.open, history: update.history });
      for (const alert of update.closed) this.past.unshift(alert);
      for (const change of update.changes) this.changes.push(change);
      return update.changes.length > 0;
    }
  }

  async changeByNews(
    driverId: string,
    decide: (state: DriverState, news: readonly OverspeedNews[], mayOpen: boolean) => DriverUpdate,
  ): Promise<{ isTold: boolean; isDone: boolean; withheld: number }> {
    const news = this.news.get(driverId);
    if (news === undefined) return { isTold: false, isDone: true, withheld: 0 };
    let withheld = 0;
    const isTold = await this.change(driverId, (state) => {
      const update = decide(state, news, this.mayOpen);
      withheld = update.withheld;
      return update;
    });
    const left = (this.news.get(driverId) ?? []).slice(news.length);
    if (left.length > 0) this.news.set(driverId, left);
    else this.news.delete(driverId);
    return { isTold, isDone: left.length === 0, withheld };
  }
}

/** Returns the service, with everything that pages are told, in minutes before now. */
export function aService(nowMs = Date.now()) {
  const store = new FakeStore();
  let instancesTold = 0;
  const follower: Partial<AlertFollower> = {
    announce: () => {
      instancesTold += 1;
      return Promise.resolve(true);
    },
    get openAlerts() {
      return [...store.drivers.values()].flatMap(({ open }) => open ?? []);
    },
  };
  const found: FoundBreak[] = [];
  const breaks: Partial<DriveBreakRepository> = {
    firstBreaks: (_cursor, starts) =>
      Promise.resolve(found.filter(({ driverId }) => starts.some((start) => start.driverId === driverId))),
  };
  let withheld = 0;
  const metrics: Partial<AlertMetrics> = { countWithheld: (count) => (withheld += count) };
  const service = new OverspeedAlertsService(
    store as unknown as AlertStore,
    follower as AlertFollower,
    breaks as DriveBreakRepository,
    { ALERT_MAX_AGE: 15 * MINUTE_MS, ALERT_STALE: 10 * MINUTE_MS, ALERT_EXPIRE: 60 * MINUTE_MS },
    metrics as AlertMetrics,
  );
  const announce = (record: DrivingRecord, { isReplay }: { isReplay: boolean }): void => {
    const news = service.newsOf([{ ...record, isReplay }]);
    store.note(news);
    service.tell(news);
  };
  const record = (agoMinutes: number, fields: Partial<DrivingRecord>) =>
    aRecord({
      driverId: 'd1',
      recordedAtMs: nowMs - agoMinutes * MINUTE_MS,
      receivedAtMs: nowMs,
      ...fields,
    });
  const picture = () => ({
    active: [...(follower.openAlerts ?? [])].map(({ startedAtMs }) => (nowMs - startedAtMs) / MINUTE_MS),
    past: store.past.map(({ startedAtMs, endedAtMs }) =>
      [startedAtMs, endedAtMs ?? 0].map((atMs) => (nowMs - atMs) / MINUTE_MS),
    ),
  });
  return {
    service,
    announce,
    store,
    picture,
    found,
    record,
    told: () =>
      store.changes.map(
        ({ kind, atMs, endUnknown }) =>
          `${kind} ${(nowMs - atMs) / MINUTE_MS}${endUnknown === true ? ' end unknown' : ''}`,
      ),
    instancesTold: () => instancesTold,
    withheld: () => withheld,
    start: (agoMinutes: number, id?: string) =>
      record(agoMinutes, { overspeed: true, ...(id !== undefined && { id }) }),
    end: (agoMinutes: number, id?: string) =>
      record(agoMinutes, { overspeedFinished: true, ...(id !== undefined && { id }) }),
    both: (agoMinutes: number) => record(agoMinutes, { overspeed: true, overspeedFinished: true }),
  };
}

export const LIVE = { isReplay: false };
export const REPLAY = { isReplay: true };
