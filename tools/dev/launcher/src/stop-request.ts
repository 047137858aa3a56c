import type { EventEmitter } from 'node:events';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** One Ctrl-C arrives several times: from the terminal, and from npm and the start script, which pass it on. */
const SAME_REQUEST_MS = 500;

/** The user's request to stop: a first signal stops everything in order, a later one at once. */
export class StopRequest {
  private readonly controller = new AbortController();
  private firstAt = 0;
  private force: () => void = () => undefined;

  /** Aborted by the first request. */
  readonly signal = this.controller.signal;
  /** Fulfilled at the same moment; never rejects. */
  readonly requested = new Promise<void>((resolve) => {
    this.signal.addEventListener('abort', () => {
      resolve();
    });
  });

  /**
   * @param source emits signals, and `disconnect` when the start script is gone; it is the process itself
   * @param now only tests pass anything but the clock
   */
  constructor(
    source: Pick<EventEmitter, 'on'>,
    private readonly now: () => number = Date.now,
  ) {
    for (const name of STOP_SIGNALS) {
      source.on(name, () => {
        this.receive();
      });
    }
    source.on('disconnect', () => {
      this.controller.abort();
    });
  }

  /** Called when a second request comes while the first is being carried out. */
  onForce(force: () => void): void {
    this.force = force;
  }

  private receive(): void {
    if (this.firstAt === 0) {
      this.firstAt = this.now();
      this.controller.abort();
    } else if (this.now() - this.firstAt >= SAME_REQUEST_MS) {
      this.force();
    }
  }
}
