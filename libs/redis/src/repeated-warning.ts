/** A warning that keeps coming is repeated after this time. */
const QUIET_MS = 10_000;

/**
 * Warns at most every ten seconds unless told otherwise, and then says how many warnings it left out: while Redis
 * refuses writes, BullMQ's workers try again and report the same hundreds of times a second.
 */
export class RepeatedWarning {
  private quietUntilMs = -Infinity;
  private unsaid = 0;

  /**
   * @param log NestJS's `Logger` fits
   * @param quietMs the shortest time between two warnings
   */
  constructor(
    private readonly log: { warn: (message: string) => void },
    private readonly quietMs = QUIET_MS,
  ) {}

  say(message: string, nowMs = performance.now()): void {
    if (nowMs < this.quietUntilMs) {
      this.unsaid += 1;
      return;
    }
    this.log.warn(this.unsaid === 0 ? message : `${message} (and ${this.unsaid} such warnings before)`);
    this.unsaid = 0;
    this.quietUntilMs = nowMs + this.quietMs;
  }
}
