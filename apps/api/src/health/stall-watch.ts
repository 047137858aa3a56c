import type { QueueState } from '@drivewatch/redis';

/** Notices that a queue has work but none of it is being done. */
export class StallWatch {
  private settled: number | null = null;
  private sinceMs = 0;

  /** @param now milliseconds of a clock that is never set back; only tests pass another */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /**
   * Takes in the next look at the queue.
   *
   * @returns for how many milliseconds there has been work of which none was done
   */
  see({ waiting, active, settled }: Pick<QueueState, 'waiting' | 'active' | 'settled'>): number {
    const isMoving = waiting + active === 0 || settled !== this.settled;
    if (isMoving) this.sinceMs = this.now();
    this.settled = settled;
    return this.now() - this.sinceMs;
  }

  /** Starts over after a time without looks, in which the queue may have moved unseen. */
  forget(): void {
    this.settled = null;
  }
}
