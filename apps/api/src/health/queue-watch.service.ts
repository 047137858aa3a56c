import { RECORD_QUEUE } from '@drivewatch/contracts';
import { type QueueState, readQueueState, REDIS, type RedisClient } from '@drivewatch/redis';
import { InjectQueue } from '@nestjs/bullmq';
import { BeforeApplicationShutdown, Inject, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { StallWatch } from './stall-watch';

/** Often enough to see jobs being done even while nobody asks. */
const LOOK_EVERY_MS = 2_000;

/** Looks at the record queue all the time, so that it can tell whether the queue's work is being done. */
@Injectable()
export class QueueWatchService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stall = new StallWatch();
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<QueueState & { stalledMs: number }> | null = null;

  constructor(
    @InjectQueue(RECORD_QUEUE) private readonly queue: Queue,
    @Inject(REDIS) private readonly redis: RedisClient,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.look().catch(() => undefined);
    }, LOOK_EVERY_MS);
  }

  beforeApplicationShutdown(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  /**
   * Returns the queue's state now; simultaneous callers share one look.
   *
   * @returns also for how long there has been work of which none was done
   * @throws the error of Redis while it is away
   */
  look(): Promise<QueueState & { stalledMs: number }> {
    this.looking ??= this.lookNow().finally(() => {
      this.looking = null;
    });
    return this.looking;
  }

  private async lookNow(): Promise<QueueState & { stalledMs: number }> {
    try {
      const state = await readQueueState(this.queue, this.redis);
      return { ...state, stalledMs: this.stall.see(state) };
    } catch (error) {
      this.stall.forget();
      throw error;
    }
  }
}
