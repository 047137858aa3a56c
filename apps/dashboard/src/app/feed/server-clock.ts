import { computed, DestroyRef, inject, Service, signal } from '@angular/core';

const REFRESH_MS = 5_000;

/** The server's clock as the page knows it; times that are shown against it move every few seconds. */
@Service()
export class ServerClock {
  private readonly localMs = signal(Date.now());
  private readonly aheadMs = signal(0);

  /** Epoch milliseconds on the server's clock. */
  readonly nowMs = computed(() => this.localMs() + this.aheadMs());

  constructor() {
    const timer = setInterval(() => {
      this.localMs.set(Date.now());
    }, REFRESH_MS);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(timer);
    });
  }

  /** The server has just said what time it has; the page's own clock may be wrong by any amount. */
  synchronize(serverTimeMs: number): void {
    const localMs = Date.now();
    this.localMs.set(localMs);
    this.aheadMs.set(serverTimeMs - localMs);
  }

  /** Reads the clock between two refreshes. */
  readNowMs(): number {
    return Date.now() + this.aheadMs();
  }
}
