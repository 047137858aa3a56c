import { NO_REMOVALS_SEEN, type RemovedDriver, RemovedDriverRepository } from '@drivewatch/persistence';
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { AlertFollower } from '../alerts/alert-follower';
import { AlertStore } from '../alerts/alert-store';
import { LiveGateway } from '../gateway/live.gateway';
import { NewDrivers } from '../ingestion/drivers/new-drivers.service';
import { LiveSpeedsService } from '../live-speeds/live-speeds.service';

/** A removal takes effect everywhere within five seconds: two of these intervals and the time that reading takes. */
const LOOK_EVERY_MS = 2_000;
/** How many drivers' alerts one script forgets; Redis is blocked while it runs. */
const FORGOTTEN_AT_ONCE = 500;

/**
 * Removes drivers whom an operator has removed (`npm run drivers`) from what this instance and its pages hold.
 * PostgreSQL leaves out what came before the removal, so they come back only with what they send afterwards.
 */
@Injectable()
export class RemovedDriversService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(RemovedDriversService.name);
  private cursor = NO_REMOVALS_SEEN;
  /** Removals already noted, by driver: each is read several times. */
  private readonly seen = new Map<string, number>();
  /** Removed drivers whose alerts are still in Redis. */
  private unforgotten: RemovedDriver[] = [];
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> | null = null;

  constructor(
    private readonly repository: RemovedDriverRepository,
    private readonly speeds: LiveSpeedsService,
    private readonly gateway: LiveGateway,
    private readonly alerts: AlertStore,
    private readonly follower: AlertFollower,
    private readonly newDrivers: NewDrivers,
  ) {}

  onApplicationBootstrap(): void {
    // If PostgreSQL does not answer now, the next look finds the removals; the ticks log that it is away.
    this.timer = setInterval(() => void this.look().catch(() => undefined), LOOK_EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    await this.looking?.catch(() => undefined);
  }

  /** Notes what has been removed so far, once the picture has been read. @throws while PostgreSQL is away */
  look(): Promise<void> {
    if (!this.speeds.isLoaded) return Promise.resolve();
    this.looking ??= this.read().finally(() => (this.looking = null));
    return this.looking;
  }

  private async read(): Promise<void> {
    const { drivers, cursor } = await this.repository.removedSince(this.cursor);
    this.cursor = cursor;
    const removed = drivers.filter(({ driverId, removedAtMs }) => this.seen.get(driverId) !== removedAtMs);
    for (const { driverId, removedAtMs } of removed) this.seen.set(driverId, removedAtMs);
    const shown = removed.filter(({ driverId, removedAtMs }) => this.speeds.remove(driverId, removedAtMs));
    if (shown.length > 0) {
      this.gateway.sendDriversRemoved(shown.map(({ driverId }) => driverId));
      this.logger.log(`${shown.length} drivers were removed`);
    }
    this.unforgotten = [...this.unforgotten, ...removed];
    // Redis may be away; ticks do not wait for it.
    await this.forget().catch(() => undefined);
  }

  private async forget(): Promise<void> {
    while (this.unforgotten.length > 0) {
      const some = this.unforgotten.slice(0, FORGOTTEN_AT_ONCE);
      const isShown = await this.alerts.forget(some);
      await this.newDrivers.forget(some.map(({ driverId }) => driverId));
      this.unforgotten = this.unforgotten.slice(some.length);
      if (isShown) await this.follower.announce();
    }
  }
}
