import type { ApiConfig } from '@drivewatch/config';
import { LiveSpeedRepository, type Tick, type TickPosition } from '@drivewatch/persistence';
import { RepeatedWarning } from '@drivewatch/redis';
import {
  BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  OnApplicationBootstrap,
} from '@nestjs/common';
import { API_CONFIG } from '../config.module';
import { OverspeedAlertsService } from '../alerts/overspeed-alerts.service';
import { LiveSpeedsService } from '../live-speeds/live-speeds.service';
import { LiveGateway } from '../gateway/live.gateway';
import { RemovedDriversService } from './removed-drivers.service';
import { TickWatch } from './tick-watch';

/** How often an API looks again that has nothing to show yet or could not reach PostgreSQL. */
const LOOK_AGAIN_MS = 1_000;
/** The time from the tick that shows the very first records to one that shows those that came with them. */
const SECOND_TICK_MS = 5_000;

/**
 * The server-side timer: at every multiple of `TICK_SECONDS` of the database's clock it sends every page the same
 * speeds, those stored since the last tick. One of the instances moves the cursor, and each sends its own pages what
 * lies between the last position and the new one. As long as there has never been a record, the first one does not have
 * to wait for a whole period.
 */
@Injectable()
export class TickService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(TickService.name);
  private readonly periodMs: number;
  /** Time of the last tick that the pages here have been sent; `null` before the first look. */
  private slotMs: number | null = null;
  private secondTickAt = Infinity;
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;
  /** How many looks have failed since the last successful one. */
  private failures = 0;
  private trouble = this.newTrouble();
  private lastReason = '';
  /** Drivers with new records since the last review of open alerts; `null` means all. */
  private heard: Set<string> | null = null;
  private isReviewDue = false;

  constructor(
    private readonly repository: LiveSpeedRepository,
    private readonly speeds: LiveSpeedsService,
    private readonly gateway: LiveGateway,
    private readonly alerts: OverspeedAlertsService,
    private readonly removed: RemovedDriversService,
    private readonly watch: TickWatch,
    @Inject(API_CONFIG) config: ApiConfig,
  ) {
    this.periodMs = config.TICK_SECONDS * 1000;
  }

  onApplicationBootstrap(): void {
    this.schedule(0);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.running;
  }

  private schedule(delayMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.look();
    }, delayMs);
  }

  private async look(): Promise<void> {
    let untilTickMs: number;
    try {
      await this.speeds.load();
      const { nowMs } = await this.tick();
      // The wait is computed anew every time, so that neither delays nor differences between clocks add up.
      untilTickMs = Math.ceil(this.periodMs - (nowMs % this.periodMs));
      if (this.failures > 0) this.logger.log('Ticks go on');
      this.failures = 0;
    } catch (error) {
      // The next tick sends what this one did not. A failure may take as long as a tick does.
      untilTickMs = Math.min(LOOK_AGAIN_MS * 2 ** this.failures, this.periodMs);
      this.failures += 1;
      this.say(String(error));
    }
    const untilSecondMs = Math.max(0, this.secondTickAt - performance.now());
    const again = this.speeds.isEmpty && this.failures === 0 ? LOOK_AGAIN_MS : Infinity;
    this.schedule(Math.min(untilTickMs, untilSecondMs, again));
  }

  /** Logs the same reason only now and then, a different one at once. */
  private say(reason: string): void {
    if (reason !== this.lastReason) this.trouble = this.newTrouble();
    this.lastReason = reason;
    this.trouble.say(`A tick failed and is tried again: ${reason}`);
  }

  private newTrouble(): RepeatedWarning {
    return new RepeatedWarning({ warn: (message) => this.logger.error(message) });
  }

  private async tick(): Promise<TickPosition> {
    const wasEmpty = this.speeds.isEmpty;
    const isSecond = performance.now() >= this.secondTickAt;
    if (isSecond) this.secondTickAt = Infinity;
    const position = await this.repository.advance(this.periodMs, wasEmpty || isSecond);
    // This comes before the tick: a page that has its cursor is not told of earlier removals again.
    await this.removed.look();
    const tick = await this.speeds.readTick(position.cursor);
    // Pages expect a tick at every tick time, even an empty one.
    const isDue = this.slotMs !== null && position.slotMs !== this.slotMs;
    this.slotMs = position.slotMs;
    if (tick === null) this.sendSnapshot();
    else if (isDue || tick.speeds.length > 0) this.send(tick);
    if (isDue) this.isReviewDue = true;
    if (this.isReviewDue) await this.reviewAlerts(position);
    this.watch.noteTick(position);
    // A fleet that has just begun to send has more to send.
    const isSlow = this.periodMs > SECOND_TICK_MS;
    if (wasEmpty && isSlow && tick?.speeds.length !== 0)
      this.secondTickAt = performance.now() + SECOND_TICK_MS;
    return position;
  }

  private send(tick: Tick): void {
    const { speeds, drivers } = this.speeds.apply(tick);
    this.gateway.sendData(speeds, { kind: 'tick', cursor: tick.cursor, drivers }, tick.speeds.length);
    for (const driverId of Object.keys(speeds)) this.heard?.add(driverId);
  }

  /** Sends every page here the whole picture again, in place of a tick that would be too large. */
  private sendSnapshot(): void {
    const { speeds, meta } = this.speeds.snapshot();
    this.gateway.sendData(speeds, meta, 0);
    this.heard = null;
  }

  /** If this fails, the next look does what is left undone. */
  private async reviewAlerts({ slotMs, cursor }: TickPosition): Promise<void> {
    const lastStoredMs = (driverId: string) => this.speeds.lastStoredMs(driverId);
    const lastRecordMs = (driverId: string) => this.speeds.lastPointMs(driverId);
    await this.alerts.review({ nowMs: slotMs, cursor, heard: this.heard, lastStoredMs, lastRecordMs });
    this.heard = new Set();
    this.isReviewDue = false;
  }
}
