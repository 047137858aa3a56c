import type { AlertPicture, DrivingRecord, OverspeedChange } from '@drivewatch/contracts';
import { REDIS } from '@drivewatch/record-queue';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { AlertBook } from './alert-book';
import { AlertStore } from './alert-store';
import { LiveGateway } from './live.gateway';

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
  private restored = false;

  constructor(
    private readonly store: AlertStore,
    private readonly gateway: LiveGateway,
    @Inject(REDIS) private readonly redis: Redis,
  ) {
    gateway.serveAlerts(() => this.picture());
  }

  onApplicationBootstrap(): void {
    if (this.redis.status === 'ready') void this.restore();
    else this.redis.on('ready', () => void this.restore());
  }

  picture(): AlertPicture {
    return this.book.picture();
  }

  /** @param record an accepted record that begins or ends a spell of overspeeding, or both in this order */
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- the age of an alert is not looked at yet
  announce(record: DrivingRecord, _options: AnnounceOptions): void {
    const change = {
      driverID: record.driverId,
      carPlateNumber: record.plateNumber,
      atMs: record.recordedAtMs,
    };
    if (record.overspeed) this.apply({ kind: 'started', ...change });
    if (record.overspeedFinished) this.apply({ kind: 'ended', ...change });
  }

  private apply(change: OverspeedChange): void {
    const result = this.book.apply(change);
    if (result !== null) this.store.record(change.driverID, result.open, result.closed);
    this.gateway.sendOverspeedChange(change);
  }

  private async restore(): Promise<void> {
    if (this.restored) return;
    try {
      const saved = await this.store.load();
      this.restored = true;
      this.book.restore(saved);
      this.gateway.sendAlerts();
    } catch (error) {
      this.logger.warn(`Alerts from before the start are not known yet: ${String(error)}`);
    }
  }
}
