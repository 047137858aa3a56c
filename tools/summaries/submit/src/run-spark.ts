import type { EventEmitter } from 'node:events';
import { constants } from 'node:os';
import { type GuardedProcess, spawnGuarded } from '@drivewatch/local-services';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Enough for Spark's own shutdown, and less than `npm start` waits for what it has started. */
const STOP_LIMIT_MS = 3_000;

export interface SparkRun {
  readonly submit: string;
  readonly args: readonly string[];
  /** Working folder: Spark leaves files there. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs `spark-submit` on this terminal to its end. A signal that asks this process to stop ends Spark and all that it
 * has started, by force when that takes too long.
 *
 * @param signals only tests pass anything but the process itself
 * @returns its exit code; 128 and the number of the signal when one ended it
 * @throws Error in one line when it cannot be started
 */
export async function runSpark(
  { submit, args, cwd, env }: SparkRun,
  signals: Pick<EventEmitter, 'on' | 'off'> = process,
): Promise<number> {
  let running: GuardedProcess | undefined;
  let received: NodeJS.Signals | undefined;
  const onSignal = (name: NodeJS.Signals) => {
    received ??= name;
    // Whatever the signal was: told by SIGINT, PySpark takes its leave with a page of traceback.
    void running?.stop();
  };
  // Before the start: Spark may run before this process is told so.
  for (const name of STOP_SIGNALS) signals.on(name, onSignal);
  try {
    running = await spawnGuarded({
      ...{ command: submit, args, cwd, env },
      output: ['inherit', 'inherit'],
      stopSignal: 'SIGTERM',
      stopLimitMs: STOP_LIMIT_MS,
      // spark-submit becomes Java, which starts Python.
      withDescendants: true,
    }).catch((cause: unknown) => {
      throw new Error(`${submit} cannot be run: ${(cause as Error).message}`, { cause });
    });
    if (received !== undefined) void running.stop();
    const { code, signal } = await running.exited;
    const endedBy = received ?? signal;
    return endedBy === null ? (code ?? 1) : 128 + constants.signals[endedBy];
  } finally {
    for (const name of STOP_SIGNALS) signals.off(name, onSignal);
  }
}
