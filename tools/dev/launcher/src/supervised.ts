import { setTimeout as delay } from 'node:timers/promises';
import type { ExitStatus } from '@drivewatch/local-services';

/** What can be supervised: an app, or one of the embedded servers. */
export interface RunningProcess {
  readonly pid: number;
  readonly exited: Promise<ExitStatus>;
  stop(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

export interface Supervision {
  readonly name: string;
  /**
   * Starts the process and waits until it is of use; called again after each unexpected end.
   * When it fails, or when the signal is aborted meanwhile, it leaves no process behind and rejects.
   */
  readonly launch: (signal: AbortSignal) => Promise<RunningProcess>;
  /** Told in one line of every unexpected end, every failed start, and every start that went well again. */
  readonly onMessage: (message: string) => void;
  /** Only tests pass anything but the real ones. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly now?: () => number;
}

const FIRST_DELAY_MS = 500;
/** Long enough to leave the machine to the other parts, short enough for one that could start again not to wait for long. */
const MAX_DELAY_MS = 60_000;
/** A process that ran this long has recovered: its earlier failures are forgotten. */
const HEALTHY_AFTER_MS = 60_000;

/**
 * Keeps a process running until it is stopped: one that ends by itself is started again, each time a little later. It
 * never gives up: whoever could make one part end often enough would turn everything off.
 */
export class Supervised {
  private current: RunningProcess | null = null;
  private readonly stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();
  private readonly sleep: NonNullable<Supervision['sleep']>;
  private readonly now: () => number;

  constructor(private readonly supervision: Supervision) {
    this.sleep = supervision.sleep ?? ((ms, signal) => delay(ms, undefined, { signal }));
    this.now = supervision.now ?? Date.now;
  }

  get name(): string {
    return this.supervision.name;
  }

  /**
   * @param signal ends the waiting for the first launch
   * @throws what the first launch throws; later failures are reported, not thrown
   */
  async start(signal: AbortSignal): Promise<void> {
    const first = await this.supervision.launch(AbortSignal.any([signal, this.stopping.signal]));
    this.current = first;
    this.loop = this.keepRunning(first);
  }

  /** Ends the process in order and starts it no more; waits until it is gone. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.current?.stop();
    await this.loop;
  }

  /** Ends the process at once and starts it no more; does not wait. */
  kill(): void {
    this.stopping.abort();
    this.current?.kill('SIGKILL');
  }

  private async keepRunning(first: RunningProcess): Promise<void> {
    const { signal } = this.stopping;
    let failures = 0;
    let launched: Promise<RunningProcess> = Promise.resolve(first);
    for (;;) {
      const { how, ranMs } = await this.failureOf(launched);
      if (signal.aborted) return;
      failures = ranMs >= HEALTHY_AFTER_MS ? 1 : failures + 1;
      const waitMs = Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), MAX_DELAY_MS);
      const times = failures === 1 ? '' : `, ${failures} times in a row`;
      this.supervision.onMessage(`${how}${times}; starting it again in ${waitMs / 1000} s`);
      launched = this.launchAfter(waitMs);
    }
  }

  private async launchAfter(waitMs: number): Promise<RunningProcess> {
    const { signal } = this.stopping;
    await this.sleep(waitMs, signal);
    const running = await this.supervision.launch(signal);
    if (!signal.aborted) this.supervision.onMessage(`${this.name} runs again`);
    return running;
  }

  /** Waits until a launch has failed or its process has ended. @returns what happened, and for how long the process ran */
  private async failureOf(launched: Promise<RunningProcess>): Promise<{ how: string; ranMs: number }> {
    try {
      const running = await launched;
      const startedAt = this.now();
      this.current = running;
      // stop() may have come while the launch was under way, when there was nothing yet for it to stop.
      if (this.stopping.signal.aborted) await running.stop();
      const how = `${this.name} ended unexpectedly (${describe(await running.exited)})`;
      return { how, ranMs: this.now() - startedAt };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { how: `${this.name} cannot be started: ${firstLineOf(reason)}`, ranMs: 0 };
    }
  }
}

/** What follows is the end of a log, which the first line names; it would be printed with every attempt. */
const firstLineOf = (text: string): string => (text.split('\n', 1)[0] ?? '').replace(/:$/, '');

function describe({ code, signal }: ExitStatus): string {
  return signal ?? `exit code ${code ?? 'unknown'}`;
}
