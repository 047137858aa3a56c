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

/** When the API ends, changes of records that were accepted before may take so long; what is left, other instances do. */
const LAST_CHANGES_LIMIT_MS = 2_000;
/** News this old were left by an instance that died, or that Redis did not answer. */
const NEGLECTED_MS = 1_000;
const LOOK_EVERY_MS = 1_000;
/** Drivers with such news that are looked at together. */
const NEGLECTED_AT_ONCE = 500;
/** As many as keep Redis busy; an upload may have news of tens of thousands of drivers, who wait as names alone. */
const DECIDED_AT_ONCE = 64;

type AlertTimes = Pick<ApiConfig, 'ALERT_MAX_AGE' | 'ALERT_STALE' | 'ALERT_EXPIRE'>;

/** What a tick has brought, by which open alerts are looked at again. */
export interface AlertReview {
  /** The time of the tick. */
  nowMs: number;
  /** Records stored by earlier transactions are in the ticks so far. */
  cursor: string;
  /** Drivers who have new records since the last review that succeeded; `null` when that is not known. */
  heard: ReadonlySet<string> | null;
  /** When the newest record of a driver was stored. */
  lastStoredMs: (driverId: string) => number;
  /** Time of the newest record of a driver, epoch milliseconds; `null` when it is not known. */
  lastRecordMs: (driverId: string) => number | null;
}

/**
 * Tells every page of every instance at once that a driver starts or stops speeding. What a record says of it is noted in
 * Redis together with the record itself (docs/adr/0025), decided on here at once, and by another instance where this one
 * dies before.
 */
@Injectable()
export class OverspeedAlertsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(OverspeedAlertsService.name);
  private readonly trouble = new RepeatedWarning(this.logger);
  private readonly full = new RepeatedWarning(this.logger);
  /** Of each driver the last change that is under way: those of one driver are made in order. */
  private readonly pending = new Map<string, Promise<void>>();
  /** Drivers whose news are to be decided on, in the order in which they were asked for. */
  private readonly asked = new Set<string>();
  /** How many of them are decided on at this moment. */
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
   * @returns what they say of overspeeding, in their order; to be noted with them ({@link noteIn}), and told then
   */
  newsOf(records: readonly AcceptedRecord[]): OverspeedNews[] {
    const news: OverspeedNews[] = [];
    for (const record of records) {
      const { driverId, overspeed, overspeedFinished, isReplay = false } = record;
      const isNews = overspeed || overspeedFinished;
      // Nearly all records are of this kind.
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

  /** Tells what noted news change. Nobody has to wait for it: what cannot be decided now is found again by looking. */
  tell(news: readonly OverspeedNews[]): void {
    for (const { driverId } of news) this.tellOf(driverId);
  }

  /**
   * Ends open alerts whose driver has paused since, or has been silent for too long, and finds those whose driver has fallen
   * silent, or is heard of again.
   * Every instance does so at a tick, by the same records and clock; whoever comes first makes the change.
   *
   * @throws the driver's error while PostgreSQL is away; what was not looked at is to be looked at again
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
      // That Redis is away is said already.
    }
    if (this.looking !== null) this.looking = setTimeout(() => void this.look(), LOOK_EVERY_MS);
  }

  private tellOf(driverId: string): void {
    this.asked.add(driverId);
    if (this.deciding < DECIDED_AT_ONCE) void this.decideAsked();
  }

  /** Decides on what is asked for until nothing is left. */
  private async decideAsked(): Promise<void> {
    this.deciding += 1;
    for (const driverId of this.asked) {
      // Whoever asks from here on is not sure to be answered by what is read now.
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

  /** @returns whether there were no more news of the driver */
  private async decideNext(driverId: string): Promise<boolean> {
    const maxAgeMs = this.config.ALERT_MAX_AGE || Infinity;
    const { isTold, isDone, withheld } = await this.store.changeByNews(driverId, (state, news, mayOpen) =>
      decideOnNews(news, state, { nowMs: Date.now(), maxAgeMs, mayOpen }),
    );
    if (isTold) await this.follower.announce();
    if (withheld > 0) {
      this.metrics.countWithheld(withheld);
      this.full.say(`Driver ${driverId} is speeding and not shown: as many alerts are open as may be`);
    }
    return isDone;
  }

  private async change(driverId: string, decide: (state: DriverState) => DriverUpdate | null): Promise<void> {
    if (await this.store.change(driverId, decide)) await this.follower.announce();
  }

  /** What cannot be written now is found again at the next tick. */
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
