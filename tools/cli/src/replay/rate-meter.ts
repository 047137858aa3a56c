/** The rate is that of the last few seconds: long enough to be steady, short enough to show a change. */
const WINDOW_MS = 5_000;

/** Measures how fast records are answered, and how long the rest will take. */
export class RateMeter {
  private readonly samples: { atMs: number; done: number }[];

  /**
   * @param total records to be answered
   * @param nowMs epoch milliseconds
   * @param endsAtMs when the last record is due, for a replay at a set speed
   */
  constructor(
    private readonly total: number,
    readonly nowMs: () => number,
    private readonly endsAtMs: number | undefined,
  ) {
    this.samples = [{ atMs: nowMs(), done: 0 }];
  }

  /** @param done records answered so far */
  measure(done: number): { perSecond: number; leftSeconds: number | undefined } {
    const atMs = this.nowMs();
    this.samples.push({ atMs, done });
    while (this.samples.length > 2 && (this.samples[1]?.atMs ?? atMs) <= atMs - WINDOW_MS)
      this.samples.shift();
    const oldest = this.samples[0] ?? { atMs, done };
    const perSecond = atMs > oldest.atMs ? ((done - oldest.done) * 1000) / (atMs - oldest.atMs) : 0;
    const untilAnswered = perSecond > 0 ? (this.total - done) / perSecond : undefined;
    if (this.endsAtMs === undefined) return { perSecond, leftSeconds: untilAnswered };
    // At a set speed the rate follows the recording and says nothing about the end; the plan does.
    return { perSecond, leftSeconds: Math.max(0, (this.endsAtMs - atMs) / 1000) };
  }
}
