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
   * Starts the process and waits until it is usable; called again after each unexpected end. When it fails, or when the
   * signal is aborted meanwhile, it leaves no process behind and rejects.
   */
  readonly launch: (signal: AbortSignal) => Promise<RunningProcess>;
  /** Receives one line for every unexpected end, every failed start, and every start that succeeded again. */
  readonly onMessage: (message: string) => void;
  /** Only tests pass anything but the real ones. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly now?: () => number;
}

const FIRST_DELAY_MS = 500;
/**
 * Long enough to leave the machine to the other parts, and short enough that a process that could start again does not
 * wait for long.
 */
const MAX_DELAY_MS = 60_000;
/** A process that ran this long has recovered: its earlier failures are forgotten. */
const HEALTHY_AFTER_MS = 60_000;

/**
 * Keeps a process running until it is stopped: if it ends by itself it is started again, after a delay that grows each
 * time. It never gives up: otherwise anybody who could make one part end often enough could switch everything off.
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
   * @param signal ends the wait for the first launch
   * @throws what the first launch throws; later failures are reported, not thrown
   */
  async start(signal: AbortSignal): Promise<void> {
    const first = await this.supervision.launch(AbortSignal.any([signal, this.stopping.signal]));
    this.current = first;
    this.loop = this.keepRunning(first);
  }

  /** Ends the process in an orderly way and does not start it again; waits until it is gone. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.current?.stop();
    await this.loop;
  }

  /** Kills the process and does not start it again; does not wait. */
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

  /**
   * Waits until a launch has failed or its process has ended.
   *
   * @returns what happened, and for how long the process ran
   */
  private async failureOf(launched: Promise<RunningProcess>): Promise<{ how: string; ranMs: number }> {
    try {
      const running = await launched;
      const startedAt = this.now();
      this.current = running;
      // stop() may have been called while the launch was under way, when there was nothing for it to stop yet.
      if (this.stopping.signal.aborted) await running.stop();
      const how = `${this.name} ended unexpectedly (${describe(await running.exited)})`;
      return { how, ranMs: this.now() - startedAt };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { how: `${this.name} cannot be started: ${firstLineOf(reason)}`, ranMs: 0 };
    }
  }
}

/**
 * Only the first line is kept: the others are the end of a log that the first one names, and would be printed with
 * every attempt.
 */
const firstLineOf = (text: string): string => (text.split('\n', 1)[0] ?? '').replace(/:$/, '');

function describe({ code, signal }: ExitStatus): string {
  return signal ?? `exit code ${code ?? 'unknown'}`;
}
