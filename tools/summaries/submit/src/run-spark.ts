import type { EventEmitter } from 'node:events';
import { constants } from 'node:os';
import { type GuardedProcess, spawnGuarded } from '@drivewatch/local-services';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** The limit is enough for Spark's own shutdown, and shorter than `npm start` waits for its processes. */
const STOP_LIMIT_MS = 3_000;

export interface SparkRun {
  readonly submit: string;
  readonly args: readonly string[];
  /** The working folder, in which Spark leaves files. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs `spark-submit` on this terminal to its end. A signal that asks this process to stop ends Spark and everything it
 * has started, by force when that takes too long.
 *
 * @param signals the process itself, except in tests
 * @returns its exit code; 128 plus the number of the signal when one ended it
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
    // The original signal is not passed on: after SIGINT, PySpark prints a page of traceback.
    void running?.stop();
  };
  // The listeners come before the start, because Spark may run before this process is told so.
  for (const name of STOP_SIGNALS) signals.on(name, onSignal);
  try {
    running = await spawnGuarded({
      command: submit,
      args,
      cwd,
      env,
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
