export interface LaneLimits {
  /** The most drivers whose items are handled at the same time. */
  concurrency: number;
  /** The most items accepted and not yet handled; `add` waits beyond that. */
  capacity: number;
}

/**
 * Handles the items of each driver strictly one after the other, in the order in which they were added, and those of
 * different drivers at the same time.
 */
export class DriverLanes<T> {
  private readonly lanes = new Map<string, T[]>();
  /** Drivers with waiting items of which none is being handled. */
  private readonly ready: string[] = [];
  private handling = 0;
  private waiting = 0;
  private failure: { error: unknown } | undefined;
  private wake: (() => void) | undefined;

  /** @param handle a rejection ends everything: `add` and `whenEmpty` then reject with it */
  constructor(
    private readonly handle: (item: T) => Promise<void>,
    private readonly limits: LaneLimits,
  ) {}

  /** Accepts an item, once there is room for it. It supports one caller at a time. */
  async add(driver: string, item: T): Promise<void> {
    while (this.failure === undefined && this.handling + this.waiting >= this.limits.capacity) {
      await this.nextChange();
    }
    this.throwIfFailed();
    this.waiting += 1;
    const lane = this.lanes.get(driver);
    if (lane !== undefined) {
      lane.push(item);
      return;
    }
    this.lanes.set(driver, [item]);
    this.ready.push(driver);
    this.startReady();
  }

  /** Resolves when every accepted item has been handled or discarded. */
  async whenEmpty(): Promise<void> {
    while (this.failure === undefined && this.handling + this.waiting > 0) await this.nextChange();
    this.throwIfFailed();
  }

  /** Drops the items whose turn has not come. */
  discardWaiting(): void {
    for (const lane of this.lanes.values()) lane.length = 0;
    this.waiting = 0;
    this.change();
  }

  private startReady(): void {
    while (this.handling < this.limits.concurrency && this.failure === undefined) {
      const driver = this.ready.shift();
      if (driver === undefined) return;
      const lane = this.lanes.get(driver) ?? [];
      const item = lane.shift();
      if (item === undefined) {
        this.lanes.delete(driver);
        continue;
      }
      this.handling += 1;
      this.waiting -= 1;
      void this.run(driver, item);
    }
  }

  private async run(driver: string, item: T): Promise<void> {
    try {
      await this.handle(item);
    } catch (error) {
      this.failure ??= { error };
    }
    this.handling -= 1;
    this.ready.push(driver);
    this.startReady();
    this.change();
  }

  private throwIfFailed(): void {
    if (this.failure !== undefined) throw this.failure.error;
  }

  private nextChange(): Promise<void> {
    return new Promise((resolve) => {
      const others = this.wake;
      this.wake = () => {
        others?.();
        resolve();
      };
    });
  }

  private change(): void {
    const { wake } = this;
    this.wake = undefined;
    wake?.();
  }
}
