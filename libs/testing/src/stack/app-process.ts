import { setTimeout as sleep } from 'node:timers/promises';
import { type GuardedProcess, spawnGuarded } from '@drivewatch/local-services';
import { PROGRAM_ENV } from './program-env';

/** Only a hang reaches these limits, however busy the machine is. */
const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 120_000;
const LOG_KEPT = 20_000;

/**
 * One of the built apps, running as a separate process as it would in production. It ends with the test's process, even
 * when that is killed.
 */
export class AppProcess {
  private log = '';

  private constructor(
    private readonly name: string,
    private readonly child: GuardedProcess,
  ) {
    const keep = (chunk: Buffer): void => {
      this.log = (this.log + chunk.toString()).slice(-LOG_KEPT);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
  }

  /**
   * @param script a built program, relative to the workspace
   * @param readyText part of the log line that says the app is up
   * @param nodeOptions options for Node itself
   */
  static async start(
    script: string,
    env: Record<string, string>,
    readyText: string,
    nodeOptions: string[] = [],
  ): Promise<AppProcess> {
    const child = await spawnGuarded({
      command: process.execPath,
      args: [...nodeOptions, script],
      cwd: process.cwd(),
      // Only what every program needs is passed on, so that a test does not depend on the environment it runs in.
      env: { ...PROGRAM_ENV, ...env },
      output: ['pipe', 'pipe'],
      stopSignal: 'SIGTERM',
      stopLimitMs: STOP_LIMIT_MS,
    });
    const app = new AppProcess(script, child);
    await app.waitForLog(readyText);
    return app;
  }

  /** Returns the end of the app's output. */
  get output(): string {
    return this.log;
  }

  get pid(): number {
    return this.child.pid;
  }

  get isRunning(): boolean {
    return !this.child.hasExited();
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Crashes the app: without warning and without cleaning up. */
  async crash(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** @returns the exit code. @throws when the app does not end in order in time */
  async stop(): Promise<number | null> {
    return await this.end('SIGTERM');
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    const limit = new AbortController();
    const tooLate = sleep(STOP_LIMIT_MS, null, { signal: limit.signal }).catch(() => null);
    const status = await Promise.race([this.child.exited, tooLate]);
    limit.abort();
    if (status !== null) return status.code;
    this.child.kill('SIGKILL');
    throw new Error(`${this.name} did not end within ${STOP_LIMIT_MS} ms of ${signal}:\n${this.log}`);
  }

  private async waitForLog(text: string): Promise<void> {
    const end = Date.now() + START_LIMIT_MS;
    while (!this.log.includes(text)) {
      if (this.child.hasExited() || Date.now() > end) {
        this.child.kill('SIGKILL');
        throw new Error(`${this.name} did not start:\n${this.log}`);
      }
      await sleep(20);
    }
  }
}
