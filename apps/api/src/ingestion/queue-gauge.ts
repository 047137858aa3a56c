/** How often the queue is asked how long it is; in between, what was added is counted. */
const POLL_MS = 500;

/** Knows about how many jobs wait, without asking for every request. */
export class QueueGauge {
  private waiting = 0;
  /** Jobs added since the queue was last asked. */
  private added = 0;
  private timer: NodeJS.Timeout | null = null;
  private polling: Promise<void> | null = null;

  /** @param ask how many jobs wait; rejects while the queue is away */
  constructor(private readonly ask: () => Promise<number>) {}

  start(): void {
    this.timer ??= setInterval(() => void this.poll(), POLL_MS);
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  get jobs(): number {
    return this.waiting + this.added;
  }

  countAdded(): void {
    this.added += 1;
  }

  /** Asks, unless it is being asked already. While the queue is away, the last answer stands. */
  poll(): Promise<void> {
    this.polling ??= this.askNow().finally(() => (this.polling = null));
    return this.polling;
  }

  private async askNow(): Promise<void> {
    const before = this.added;
    try {
      this.waiting = await this.ask();
      // What was added meanwhile may be in the answer already; counted twice, it is right again at the next poll.
      this.added -= before;
    } catch {
      // Records are refused by what adding them fails with.
    }
  }
}
