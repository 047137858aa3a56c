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

/** A removal is seen everywhere within five seconds: two of these, and the time that reading takes. */
const LOOK_EVERY_MS = 2_000;
/** Drivers whose alerts are forgotten with one script, which holds up Redis for as long. */
const FORGOTTEN_AT_ONCE = 500;

/**
 * Takes drivers out of what this instance and its pages hold whom an operator has removed (`npm run drivers`). PostgreSQL leaves out
 * what came before, so that they come back with what they send afterwards and not before.
 */
@Injectable()
export class RemovedDriversService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(RemovedDriversService.name);
  private cursor = NO_REMOVALS_SEEN;
  /** Removals that were taken note of, by driver: each is read several times. */
  private readonly seen = new Map<string, number>();
  /** Those whose alerts Redis is yet to forget. */
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
    // What PostgreSQL does not say now, the next look finds; that it is away is said by the ticks.
    this.timer = setInterval(() => void this.look().catch(() => undefined), LOOK_EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    await this.looking?.catch(() => undefined);
  }

  /** Takes note of what was removed until now, once the picture has been read. @throws while PostgreSQL is away */
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
