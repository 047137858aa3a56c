import { setTimeout as wait } from 'node:timers/promises';
import type { ApiConfig } from '@drivewatch/config';
import { DRIVE_BREAK_MS, type DrivingRecord, type OverspeedAlert } from '@drivewatch/contracts';
import { DriveBreakRepository } from '@drivewatch/persistence';
import { type BeforeApplicationShutdown, Inject, Injectable, Logger } from '@nestjs/common';
import { API_CONFIG } from '../config.module';
import { AlertFollower } from './alert-follower';
import { AlertStore } from './alert-store';
import { LiveGateway } from './live.gateway';
import {
  decideOnBreak,
  decideOnRecord,
  decideOnSilence,
  type DriverState,
  type DriverUpdate,
  judgedAtMs,
} from './overspeed-decision';
import { SpellsInSight } from './spells-in-sight';

const TRY_AGAIN_MS = 250;
/** When the API ends, changes of records that were accepted before may take so long. */
const LAST_CHANGES_LIMIT_MS = 2_000;

/** What else is known of a record that is announced. */
export interface AnnounceOptions {
  /** History that is sent as if it happened now. */
  isReplay: boolean;
}

/** What a tick has brought, by which open alerts are looked at again. */
export interface AlertReview {
  /** The time of the tick. */
  nowMs: number;
  /** Records stored by earlier transactions are in the ticks so far. */
  cursor: string;
  /** Drivers who have new records since the last review that succeeded; `null` when that is not known. */
  heard: ReadonlySet<string> | null;
  /** When the newest record of a driver was stored. */
  storedAtMs: (driverID: string) => number;
}

/** Tells every page of every instance at once that a driver starts or stops speeding. */
@Injectable()
export class OverspeedAlertsService implements BeforeApplicationShutdown {
  private readonly logger = new Logger(OverspeedAlertsService.name);
  /** Of each driver the last change that is under way: those of one driver are made in order. */
  private readonly pending = new Map<string, Promise<void>>();
  private readonly inSight = new SpellsInSight();
  private stopped = false;

  constructor(
    private readonly store: AlertStore,
    private readonly follower: AlertFollower,
    private readonly gateway: LiveGateway,
    private readonly breaks: DriveBreakRepository,
    @Inject(API_CONFIG) private readonly config: Pick<ApiConfig, 'ALERT_MAX_AGE' | 'ALERT_STALE'>,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.race([this.settled(), wait(LAST_CHANGES_LIMIT_MS, undefined, { ref: false })]);
    this.stopped = true;
  }

  /**
   * Takes note of an accepted record, and tells what it says of overspeeding. Nobody has to wait for it: it is tried until
   * Redis has taken it.
   *
   * @param record any; one that both begins and ends a spell does so in this order
   * @param isReplay whether it is history that is told as if it happened now: then the order of arrival decides, and
   *   neither its age nor what is known of the driver keeps it back
   */
  announce(record: DrivingRecord, { isReplay }: AnnounceOptions): void {
    const { driverId } = record;
    const atMs = () => judgedAtMs(record, isReplay, Date.now());
    // Nearly all records are of this kind.
    if (!record.overspeed && !record.overspeedFinished) {
      if (this.inSight.has(driverId)) this.inSight.see(driverId, atMs());
      return;
    }
    const seenUntilMs = record.overspeed ? this.inSight.begin(driverId, atMs()) : null;
    if (record.overspeedFinished) this.inSight.end(driverId);
    const maxAgeMs = this.config.ALERT_MAX_AGE || Infinity;
    let isAgain = false;
    this.inOrder(driverId, async () => {
      for (;;) {
        try {
          const arrival = { isReplay, isAgain, seenUntilMs, nowMs: Date.now(), maxAgeMs };
          await this.change(driverId, (state) => decideOnRecord(record, state, arrival));
          return;
        } catch (error) {
          if (!isAgain) this.logger.warn(`Pages are not told of record ${record.id} yet: ${String(error)}`);
          if (this.stopped) return;
          isAgain = true;
          await wait(TRY_AGAIN_MS);
        }
      }
    });
  }

  /**
   * Ends open alerts whose driver has paused since, and finds those whose driver has fallen silent, or is heard of again.
   * Every instance does so at a tick, by the same records and clock; whoever comes first makes the change.
   *
   * @throws the driver's error while PostgreSQL is away; what was not looked at is to be looked at again
   */
  async review({ nowMs, cursor, heard, storedAtMs }: AlertReview): Promise<void> {
    const alerts = [...this.follower.openAlerts];
    await this.endBroken(
      cursor,
      alerts.filter(({ driverID }) => heard?.has(driverID) ?? true),
    );
    for (const alert of alerts) this.reviewSilence(alert, nowMs, storedAtMs(alert.driverID));
  }

  private async endBroken(cursor: string, alerts: readonly OverspeedAlert[]): Promise<void> {
    const starts = alerts.map(({ driverID, startedAtMs }) => ({ driverId: driverID, startedAtMs }));
    for (const found of await this.breaks.firstBreaks(cursor, starts, DRIVE_BREAK_MS))
      this.changeSoon(found.driverId, (state) => decideOnBreak(state, found));
  }

  private reviewSilence(open: OverspeedAlert, nowMs: number, storedAtMs: number): void {
    const staleAfterMs = this.config.ALERT_STALE || Infinity;
    const isStale = nowMs - storedAtMs > staleAfterMs;
    if (isStale === (open.unconfirmedSinceMs !== null)) return;
    this.changeSoon(open.driverID, (state) => decideOnSilence(state, { nowMs, storedAtMs, staleAfterMs }));
  }

  /** Resolves when everything announced so far has been told. */
  async settled(): Promise<void> {
    while (this.pending.size > 0) await Promise.all(this.pending.values());
  }

  private async change(driverID: string, decide: (state: DriverState) => DriverUpdate | null): Promise<void> {
    if (!(await this.store.change(driverID, decide))) return;
    this.gateway.tellInstances();
    await this.follower.follow();
  }

  /** What cannot be written now is found again at the next tick. */
  private changeSoon(driverID: string, decide: (state: DriverState) => DriverUpdate | null): void {
    this.inOrder(driverID, () => this.change(driverID, decide).catch(() => undefined));
  }

  private inOrder(driverID: string, make: () => Promise<void>): void {
    const before = this.pending.get(driverID);
    const made = (before === undefined ? make() : before.then(make)).then(() => {
      if (this.pending.get(driverID) === made) this.pending.delete(driverID);
    });
    this.pending.set(driverID, made);
  }
}
