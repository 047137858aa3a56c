import { computed, DestroyRef, inject, Service, signal } from '@angular/core';

const REFRESH_MS = 5_000;

/**
 * The server's clock as the page knows it; it advances every few seconds, and with it the times shown relative to it.
 */
@Service()
export class ServerClock {
  private readonly localMs = signal(Date.now());
  private readonly aheadMs = signal(0);

  /** The time of the server's clock, epoch milliseconds. */
  readonly nowMs = computed(() => this.localMs() + this.aheadMs());

  constructor() {
    const timer = setInterval(() => {
      this.localMs.set(Date.now());
    }, REFRESH_MS);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(timer);
    });
  }

  /** Takes over the time that the server has just told; the page's own clock may be wrong by any amount. */
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
