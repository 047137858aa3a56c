/** How often the queue is asked for its length; in between, added jobs are counted. */
const POLL_MS = 500;

/** Knows roughly how many jobs wait, without asking for every request. */
export class QueueGauge {
  private waiting = 0;
  /** How many jobs were added since the queue was last asked. */
  private added = 0;
  private timer: NodeJS.Timeout | null = null;
  private polling: Promise<void> | null = null;

  /** @param ask resolves with how many jobs wait; rejects while the queue is away */
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

  /** Asks, unless a question is under way. While the queue is away, the last answer stands. */
  poll(): Promise<void> {
    this.polling ??= this.askNow().finally(() => (this.polling = null));
    return this.polling;
  }

  private async askNow(): Promise<void> {
    const before = this.added;
    try {
      this.waiting = await this.ask();
      // Jobs added meanwhile may be in the answer already; if they are counted twice, the next poll corrects that.
      this.added -= before;
    } catch {
      // Records are refused with the error that adding them fails with.
    }
  }
}
