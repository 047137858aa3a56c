/** A fixed number of places; callers that find none wait, in order. */
export class Places {
  private taken = 0;
  private readonly waiting = new Set<() => void>();

  constructor(private readonly count: number) {}

  /** Resolves when the caller has a place. @throws the signal's reason as soon as it is aborted */
  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.taken < this.count) {
      this.taken += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        this.waiting.delete(enter);
        reject(signal.reason as Error);
      };
      const enter = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      this.waiting.add(enter);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Passes the caller's place on to whoever has waited longest. */
  give(): void {
    const [next] = this.waiting;
    if (next === undefined) {
      this.taken -= 1;
    } else {
      this.waiting.delete(next);
      next();
    }
  }
}
