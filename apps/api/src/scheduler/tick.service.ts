import type { ApiConfig } from '@drivewatch/config';
import { LiveSpeedRepository } from '@drivewatch/persistence';
import {
  BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  OnApplicationBootstrap,
} from '@nestjs/common';
import { API_CONFIG } from '../config.module';
import { LiveSpeedsService } from '../gateway/live-speeds.service';
import { LiveGateway } from '../gateway/live.gateway';

/** How often an API that has nothing to show yet looks for the first record. */
const FIRST_LOOK_MS = 1_000;
/** After the very first records have been shown, when those that came with them are. */
const SECOND_TICK_MS = 5_000;

/**
 * The server-side timer: every `TICK_SECONDS` it sends every page the same speeds, those stored since the last tick.
 * While there has never been a record, the first one is not kept waiting for a whole period.
 */
@Injectable()
export class TickService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(TickService.name);
  private readonly periodMs: number;
  private nextTickAt = 0;
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;
  private failing = false;

  constructor(
    private readonly repository: LiveSpeedRepository,
    private readonly speeds: LiveSpeedsService,
    private readonly gateway: LiveGateway,
    @Inject(API_CONFIG) config: ApiConfig,
  ) {
    this.periodMs = config.TICK_SECONDS * 1000;
  }

  onApplicationBootstrap(): void {
    this.nextTickAt = Date.now() + this.periodMs;
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
    try {
      await this.speeds.load();
      const due = Date.now() >= this.nextTickAt;
      if (due || this.speeds.isEmpty) await this.tick(due);
      if (this.failing) this.logger.log('Ticks go on');
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.logger.error(`No tick while PostgreSQL is away: ${String(error)}`);
      this.failing = true;
    }
    // After a failure too: what a tick did not send, the next one does.
    const untilTick = Math.max(0, this.nextTickAt - Date.now());
    const soon = this.failing || this.speeds.isEmpty;
    this.schedule(soon ? Math.min(FIRST_LOOK_MS, untilTick || FIRST_LOOK_MS) : untilTick);
  }

  /** @param due whether pages expect a tick now, be it an empty one */
  private async tick(due: boolean): Promise<void> {
    const tick = await this.repository.advance();
    if (!due && tick.speeds.length === 0) return;
    this.gateway.sendTick(tick);
    if (!due) {
      // Whoever has just begun to send has more to send; the period proper begins after that.
      this.nextTickAt = Date.now() + Math.min(SECOND_TICK_MS, this.periodMs);
      return;
    }
    // Counted from when this one was due, so that delays do not add up; after an outage, from now.
    const onTime = this.nextTickAt + this.periodMs > Date.now();
    this.nextTickAt = (onTime ? this.nextTickAt : Date.now()) + this.periodMs;
  }
}
