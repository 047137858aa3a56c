import { setTimeout as wait } from 'node:timers/promises';
import type { ApiConfig } from '@drivewatch/config';
import type { AlertPicture, DrivingRecord, OverspeedChange } from '@drivewatch/contracts';
import { REDIS } from '@drivewatch/record-queue';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { API_CONFIG } from '../config.module';
import { AlertBook } from './alert-book';
import { AlertStore } from './alert-store';
import { LiveGateway } from './live.gateway';
import { isNews, OverspeedHistory } from './overspeed-history';

/**
 * Records that come before what was known is read could be announced a second time; a Redis that is there answers long
 * before, and without one no record is accepted.
 */
const RESTORE_LIMIT_MS = 1_000;

/** What else is known of a record that is announced. */
export interface AnnounceOptions {
  /** History that is sent as if it happened now. */
  isReplay: boolean;
}

/** Tells every page at once that a driver starts or stops speeding, and remembers who is. */
@Injectable()
export class OverspeedAlertsService implements OnApplicationBootstrap {
  private readonly logger = new Logger(OverspeedAlertsService.name);
  private readonly book = new AlertBook();
  private readonly history = new OverspeedHistory();
  private restored = false;

  constructor(
    private readonly store: AlertStore,
    private readonly gateway: LiveGateway,
    @Inject(REDIS) private readonly redis: Redis,
    @Inject(API_CONFIG) private readonly config: Pick<ApiConfig, 'ALERT_MAX_AGE'>,
  ) {
    gateway.serveAlerts(() => this.picture());
  }

  async onApplicationBootstrap(): Promise<void> {
    const restored = new Promise<void>((resolve) => {
      const restore = () => void this.restore().then(resolve);
      this.redis.on('ready', restore);
      if (this.redis.status === 'ready') restore();
    });
    await Promise.race([restored, wait(RESTORE_LIMIT_MS, undefined, { ref: false })]);
  }

  picture(): AlertPicture {
    return this.book.picture();
  }

  /**
   * @param record an accepted record that begins or ends a spell of overspeeding, or both in this order; others may be
   *   handed over and change nothing
   * @param isReplay whether it is history that is told as if it happened now: then the order of arrival decides, and
   *   neither its age nor what is known of the driver keeps it back
   */
  announce(record: DrivingRecord, { isReplay }: AnnounceOptions): void {
    if (!isReplay && this.history.isRepeat(record)) return;
    for (const change of overspeedChanges(record)) this.take(change, record.id, isReplay);
  }

  private take(change: OverspeedChange, recordId: string, isReplay: boolean): void {
    const { driverID } = change;
    const limit = { nowMs: Date.now(), maxAgeMs: this.config.ALERT_MAX_AGE || Infinity };
    const isTold =
      isReplay || isNews(change, this.history.of(driverID), this.book.openAlertOf(driverID), limit);
    const alert = isTold ? this.book.apply(change) : null;
    const forgotten = this.history.note(change, recordId);
    this.store.record({ driverID, alert, history: this.history.of(driverID), forgotten });
    if (isTold) this.gateway.sendOverspeedChange(change);
  }

  private async restore(): Promise<void> {
    if (this.restored) return;
    try {
      const { picture, histories } = await this.store.load();
      this.restored = true;
      this.book.restore(picture);
      this.history.restore(histories);
      this.gateway.sendAlerts();
    } catch (error) {
      this.logger.warn(`Alerts from before the start are not known yet: ${String(error)}`);
    }
  }
}

function overspeedChanges(record: DrivingRecord): OverspeedChange[] {
  const change = {
    driverID: record.driverId,
    carPlateNumber: record.plateNumber,
    atMs: record.recordedAtMs,
  };
  return [
    ...(record.overspeed ? [{ kind: 'started' as const, ...change }] : []),
    ...(record.overspeedFinished ? [{ kind: 'ended' as const, ...change }] : []),
  ];
}
