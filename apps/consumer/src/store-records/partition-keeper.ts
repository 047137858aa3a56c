import { setTimeout as wait } from 'node:timers/promises';
import type { PartitionStep, RecordPartitionRepository } from '@drivewatch/persistence';
import { RepeatedWarning } from '@drivewatch/redis';
import { type BeforeApplicationShutdown, Logger, type OnApplicationBootstrap } from '@nestjs/common';

/** How long to wait after each kind of step, in milliseconds. */
type Pauses = Readonly<Record<PartitionStep | 'error', number>>;
const PAUSES: Pauses = {
  // Stores of old records wait while a partition is made, and get their turn in between.
  done: 100,
  idle: 1_000,
  later: 10_000,
  error: 10_000,
};
/** How often to check that there is room ahead, and whether so many partitions exist that some have to be merged. */
const HOUSEKEEPING_MS = 60_000;

/** Makes and merges partitions while records are stored, one step at a time, so that no store waits for many steps. */
export class PartitionKeeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly trouble = new RepeatedWarning(new Logger('Partitions'));
  private readonly stop = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private housekeepingAtMs = -Infinity;

  constructor(
    private readonly partitions: Pick<
      RecordPartitionRepository,
      'takeFromDefault' | 'makeRoomAhead' | 'merge'
    >,
    private readonly pauses: Pauses = PAUSES,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.keep();
  }

  /** Finishes the step under way. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  private async keep(): Promise<void> {
    const { signal } = this.stop;
    while (!signal.aborted) {
      const pauseMs = await this.step();
      await wait(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** @returns how long to wait, in milliseconds */
  private async step(): Promise<number> {
    try {
      if (performance.now() >= this.housekeepingAtMs) {
        await this.partitions.makeRoomAhead();
        if ((await this.partitions.merge()) !== 'done')
          this.housekeepingAtMs = performance.now() + HOUSEKEEPING_MS;
      }
      return this.pauses[await this.partitions.takeFromDefault()];
    } catch (error) {
      this.trouble.say(`Records of days without a partition wait in the default one: ${messageOf(error)}`);
      return this.pauses.error;
    }
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
