import { spawnGuarded, type GuardedProcess } from '@drivewatch/local-services';
import type { AppLog } from './app-log';
import { waitForPage } from './wait-for-page';

/** Enough for the API to answer what it has accepted and for the consumer to finish its jobs. */
const STOP_LIMIT_MS = 4_000;

export interface NodeApp {
  /** The bundled program. */
  readonly script: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly log: AppLog;
  readonly onLine: (line: string) => void;
  /** The app is ready when this page answers 200; if undefined, as soon as it runs. */
  readonly readyPage: string | undefined;
  /** Ends the wait until the app is ready. */
  readonly signal: AbortSignal;
}

/**
 * Starts one of Drivewatch's programs under this Node, writes its output to its log, and waits until it is ready.
 *
 * @throws Error with the end of its log when it ends first or takes too long; no process is left then
 */
export async function startNodeApp(app: NodeApp): Promise<GuardedProcess> {
  const running = await spawnGuarded({
    command: process.execPath,
    args: ['--enable-source-maps', app.script, ...app.args],
    cwd: app.cwd,
    env: app.env,
    output: ['pipe', 'pipe'],
    stopSignal: 'SIGTERM',
    stopLimitMs: STOP_LIMIT_MS,
  });
  app.log.follow(running.stdout, app.onLine);
  app.log.follow(running.stderr, app.onLine);
  try {
    if (app.readyPage !== undefined) await ready(running, app.readyPage, app.signal);
    return running;
  } catch (cause) {
    await running.stop();
    app.signal.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${reason}; see ${app.log.file}:\n${app.log.lastLines()}`, { cause });
  }
}

async function ready(running: GuardedProcess, page: string, signal: AbortSignal): Promise<void> {
  const ended = new AbortController();
  void running.exited.then(({ code, signal: endSignal }) => {
    ended.abort(new Error(`it ended while starting (${endSignal ?? `exit code ${code ?? 'unknown'}`})`));
  });
  await waitForPage(page, AbortSignal.any([signal, ended.signal]));
}
