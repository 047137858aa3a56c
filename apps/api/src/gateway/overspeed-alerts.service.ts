import { setTimeout as wait } from 'node:timers/promises';
import type { ApiConfig } from '@drivewatch/config';
import type { DrivingRecord } from '@drivewatch/contracts';
import { type BeforeApplicationShutdown, Inject, Injectable, Logger } from '@nestjs/common';
import { API_CONFIG } from '../config.module';
import { AlertFollower } from './alert-follower';
import { AlertStore } from './alert-store';
import { LiveGateway } from './live.gateway';
import { decideOnRecord, decideOnSilence, type DriverState, type DriverUpdate } from './overspeed-decision';

const TRY_AGAIN_MS = 250;
/** When the API ends, changes of records that were accepted before may take so long. */
const LAST_CHANGES_LIMIT_MS = 2_000;

/** What else is known of a record that is announced. */
export interface AnnounceOptions {
  /** History that is sent as if it happened now. */
  isReplay: boolean;
}

/** Tells every page of every instance at once that a driver starts or stops speeding. */
@Injectable()
export class OverspeedAlertsService implements BeforeApplicationShutdown {
  private readonly logger = new Logger(OverspeedAlertsService.name);
  /** Of each driver the last change that is under way: those of one driver are made in order. */
  private readonly pending = new Map<string, Promise<void>>();
  private stopped = false;

  constructor(
    private readonly store: AlertStore,
    private readonly follower: AlertFollower,
    private readonly gateway: LiveGateway,
    @Inject(API_CONFIG) private readonly config: Pick<ApiConfig, 'ALERT_MAX_AGE' | 'ALERT_STALE'>,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.race([this.settled(), wait(LAST_CHANGES_LIMIT_MS, undefined, { ref: false })]);
    this.stopped = true;
  }

  /**
   * Nobody has to wait for it: it is tried until Redis has taken it.
   *
   * @param record an accepted record that begins or ends a spell of overspeeding, or both in this order; others may be
   *   handed over and change nothing
   * @param isReplay whether it is history that is told as if it happened now: then the order of arrival decides, and
   *   neither its age nor what is known of the driver keeps it back
   */
  announce(record: DrivingRecord, { isReplay }: AnnounceOptions): void {
    const maxAgeMs = this.config.ALERT_MAX_AGE || Infinity;
    let isAgain = false;
    this.inOrder(record.driverId, async () => {
      for (;;) {
        try {
          await this.change(record.driverId, (state) =>
            decideOnRecord(record, state, { isReplay, isAgain, nowMs: Date.now(), maxAgeMs }),
          );
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
   * Finds open alerts whose driver has fallen silent, or is heard of again. Every instance does so at a tick, by the same
   * clock; whoever comes first makes the change.
   *
   * @param nowMs the time of the tick
   * @param storedAtMs when the newest record of a driver was stored
   */
  reviewSilence(nowMs: number, storedAtMs: (driverID: string) => number): void {
    const staleAfterMs = this.config.ALERT_STALE || Infinity;
    for (const open of this.follower.openAlerts) {
      const { driverID } = open;
      const silence = { nowMs, storedAtMs: storedAtMs(driverID), staleAfterMs };
      const isStale = nowMs - silence.storedAtMs > staleAfterMs;
      if (isStale === (open.unconfirmedSinceMs !== null)) continue;
      this.inOrder(driverID, () =>
        // What cannot be written now is found again at the next tick.
        this.change(driverID, (state) => decideOnSilence(state, silence)).catch(() => undefined),
      );
    }
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

  private inOrder(driverID: string, make: () => Promise<void>): void {
    const before = this.pending.get(driverID);
    const made = (before === undefined ? make() : before.then(make)).then(() => {
      if (this.pending.get(driverID) === made) this.pending.delete(driverID);
    });
    this.pending.set(driverID, made);
  }
}
