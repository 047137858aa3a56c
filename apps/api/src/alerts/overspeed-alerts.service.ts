import { setTimeout as wait } from 'node:timers/promises';
import type { ApiConfig } from '@drivewatch/config';
import { type AcceptedRecord, DRIVE_BREAK_MS, type OverspeedAlert } from '@drivewatch/contracts';
import { DriveBreakRepository } from '@drivewatch/persistence';
import { RepeatedWarning, type Transaction } from '@drivewatch/redis';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { API_CONFIG } from '../config.module';
import { AlertFollower } from './alert-follower';
import { AlertMetrics } from './alert-metrics';
import { AlertStore } from './alert-store';
import {
  decideOnBreak,
  decideOnExpiry,
  decideOnNews,
  decideOnSilence,
  type DriverState,
  type DriverUpdate,
  hasExpired,
  judgedAtMs,
} from './overspeed-decision';
import { newsOf, type OverspeedNews } from './overspeed-news';
import { SpellsInSight } from './spells-in-sight';

/** When the API ends, changes from records accepted before may take this long; the other instances make the rest. */
const LAST_CHANGES_LIMIT_MS = 2_000;
/** News this old was left by an instance that died, or could not be decided on because Redis did not answer. */
const NEGLECTED_MS = 1_000;
const LOOK_EVERY_MS = 1_000;
/** How many drivers with such news are looked at together. */
const NEGLECTED_AT_ONCE = 500;
/** Enough to keep Redis busy; an upload may have news of tens of thousands of drivers, who wait as mere names. */
const DECIDED_AT_ONCE = 64;

type AlertTimes = Pick<ApiConfig, 'ALERT_MAX_AGE' | 'ALERT_STALE' | 'ALERT_EXPIRE'>;

/** What a tick has found, by which open alerts are reviewed. */
export interface AlertReview {
  /** The time of the tick. */
  nowMs: number;
  /** Records stored by transactions before this one are in the ticks so far. */
  cursor: string;
  /** Drivers who have new records since the last review that succeeded; `null` when that is not known. */
  heard: ReadonlySet<string> | null;
  /** Returns when the newest record of a driver was stored. */
  lastStoredMs: (driverId: string) => number;
  /** Returns the time of a driver's newest record, epoch milliseconds; `null` when it is not known. */
  lastRecordMs: (driverId: string) => number | null;
}

/**
 * Tells every page of every instance at once that a driver starts or stops speeding. What a record says about it is
 * noted in Redis together with the record itself (docs/adr/0025) and decided on here at once, or by another instance if
 * this one dies first.
 */
@Injectable()
export class OverspeedAlertsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(OverspeedAlertsService.name);
  private readonly trouble = new RepeatedWarning(this.logger);
  private readonly full = new RepeatedWarning(this.logger);
  /** The last change under way for each driver: the changes of one driver are made in order. */
  private readonly pending = new Map<string, Promise<void>>();
  /** Drivers whose news waits for a decision, in the order in which they were asked for. */
  private readonly asked = new Set<string>();
  /** How many drivers' news is being decided on at this moment. */
  private deciding = 0;
  private readonly inSight = new SpellsInSight();
  private looking: NodeJS.Timeout | null = null;

  constructor(
    private readonly store: AlertStore,
    private readonly follower: AlertFollower,
    private readonly breaks: DriveBreakRepository,
    @Inject(API_CONFIG) private readonly config: AlertTimes,
    private readonly metrics: AlertMetrics,
  ) {}

  onApplicationBootstrap(): void {
    this.looking = setTimeout(() => void this.look(), 0);
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.looking !== null) clearTimeout(this.looking);
    this.looking = null;
    await Promise.race([this.settled(), wait(LAST_CHANGES_LIMIT_MS, undefined, { ref: false })]);
  }

  /**
   * Takes note of records that are about to be queued.
   *
   * @returns what they say about overspeeding, in their order; the caller notes it with the records ({@link noteIn})
   * and then tells it
   */
  newsOf(records: readonly AcceptedRecord[]): OverspeedNews[] {
    const news: OverspeedNews[] = [];
    for (const record of records) {
      const { driverId, overspeed, overspeedFinished, isReplay = false } = record;
      const isNews = overspeed || overspeedFinished;
      // Nearly all records say nothing about overspeeding.
      if (!isNews && !this.inSight.has(driverId)) continue;
      const atMs = judgedAtMs(record, isReplay, Date.now());
      if (isNews) news.push(newsOf(record, overspeed ? this.inSight.begin(driverId, atMs) : null));
      else this.inSight.see(driverId, atMs);
      if (overspeedFinished) this.inSight.end(driverId);
    }
    return news;
  }

  /** Adds a command to the transaction that queues the records of the news. */
  noteIn(transaction: Transaction, news: readonly OverspeedNews[]): void {
    this.store.noteIn(transaction, news);
  }

  /**
   * Decides on noted news and tells the pages. Nobody has to wait for it: news that cannot be decided on now is found
   * again by {@link look}.
   */
  tell(news: readonly OverspeedNews[]): void {
    for (const { driverId } of news) this.tellOf(driverId);
  }

  /**
   * Ends open alerts whose driver has paused since, or has been silent for too long, and finds those whose driver has
   * fallen silent or is heard of again.
   * Every instance does so at a tick, from the same records and clock; whichever comes first makes the change.
   *
   * @throws the database driver's error while PostgreSQL is away; what was not reviewed has to be reviewed again
   */
  async review({ nowMs, cursor, heard, lastStoredMs, lastRecordMs }: AlertReview): Promise<void> {
    const alerts = [...this.follower.openAlerts];
    await this.endBroken(
      cursor,
      alerts.filter(({ driverId }) => heard?.has(driverId) ?? true),
    );
    for (const alert of alerts) {
      this.reviewSilence(alert, nowMs, lastStoredMs(alert.driverId));
      this.reviewExpiry(alert, nowMs, lastRecordMs(alert.driverId));
    }
  }

  private reviewExpiry(open: OverspeedAlert, nowMs: number, lastRecordMs: number | null): void {
    const expireAfterMs = this.config.ALERT_EXPIRE || Infinity;
    if (!hasExpired(open, nowMs, expireAfterMs)) return;
    this.changeSoon(open.driverId, (state) => decideOnExpiry(state, { nowMs, expireAfterMs, lastRecordMs }));
  }

  private async endBroken(cursor: string, alerts: readonly OverspeedAlert[]): Promise<void> {
    const starts = alerts.map(({ driverId, startedAtMs }) => ({ driverId, startedAtMs }));
    for (const found of await this.breaks.firstBreaks(cursor, starts, DRIVE_BREAK_MS))
      this.changeSoon(found.driverId, (state) => decideOnBreak(state, found));
  }

  private reviewSilence(open: OverspeedAlert, nowMs: number, lastStoredMs: number): void {
    const staleAfterMs = this.config.ALERT_STALE || Infinity;
    const isStale = nowMs - lastStoredMs > staleAfterMs;
    if (isStale === (open.unconfirmedSinceMs !== null)) return;
    this.changeSoon(open.driverId, (state) => decideOnSilence(state, { nowMs, lastStoredMs, staleAfterMs }));
  }

  /** Resolves when everything announced so far has been told. */
  async settled(): Promise<void> {
    while (this.asked.size > 0 || this.pending.size > 0) await Promise.all(this.pending.values());
  }

  /** Looks for news that an instance has noted and not decided on. */
  private async look(): Promise<void> {
    try {
      const drivers = await this.store.driversWithNews(Date.now() - NEGLECTED_MS, NEGLECTED_AT_ONCE);
      if (drivers.length > 0) this.logger.log(`Alerts of ${drivers.length} drivers were left undecided`);
      for (const driverId of drivers) this.tellOf(driverId);
      if (drivers.length > 0) await this.settled();
    } catch {
      // It has already been logged that Redis is away.
    }
    if (this.looking !== null) this.looking = setTimeout(() => void this.look(), LOOK_EVERY_MS);
  }

  private tellOf(driverId: string): void {
    this.asked.add(driverId);
    if (this.deciding < DECIDED_AT_ONCE) void this.decideAsked();
  }

  /** Decides on the drivers asked for until none is left. */
  private async decideAsked(): Promise<void> {
    this.deciding += 1;
    for (const driverId of this.asked) {
      // A request made from here on may not be covered by what is read now, so it counts as a new one.
      this.asked.delete(driverId);
      await this.inOrder(driverId, () => this.decideAll(driverId));
    }
    this.deciding -= 1;
  }

  private async decideAll(driverId: string): Promise<void> {
    try {
      while (!(await this.decideNext(driverId)));
    } catch (error) {
      this.trouble.say(`Pages are not told of driver ${driverId} yet: ${String(error)}`);
    }
  }

  /** @returns whether no news of the driver is left */
  private async decideNext(driverId: string): Promise<boolean> {
    const maxAgeMs = this.config.ALERT_MAX_AGE || Infinity;
    const { isTold, isDone, withheld } = await this.store.changeByNews(driverId, (state, news, mayOpen) =>
      decideOnNews(news, state, { nowMs: Date.now(), maxAgeMs, mayOpen }),
    );
    if (isTold) await this.follower.announce();
    if (withheld > 0) {
      this.metrics.countWithheld(withheld);
      this.full.say(`Driver ${driverId} is speeding but not shown: the limit of open alerts is reached`);
    }
    return isDone;
  }

  private async change(driverId: string, decide: (state: DriverState) => DriverUpdate | null): Promise<void> {
    if (await this.store.change(driverId, decide)) await this.follower.announce();
  }

  /** A change that cannot be written now is found again at the next tick. */
  private changeSoon(driverId: string, decide: (state: DriverState) => DriverUpdate | null): void {
    void this.inOrder(driverId, () => this.change(driverId, decide).catch(() => undefined));
  }

  private inOrder(driverId: string, make: () => Promise<void>): Promise<void> {
    const before = this.pending.get(driverId);
    const made = (before === undefined ? make() : before.then(make)).then(() => {
      if (this.pending.get(driverId) === made) this.pending.delete(driverId);
    });
    this.pending.set(driverId, made);
    return made;
  }
}
