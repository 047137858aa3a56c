import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

/** Only what hangs meets them, however busy the machine is. */
const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 120_000;
const LOG_KEPT = 20_000;
/** What Node has compiled of the apps and their packages; without it a third of a start is spent on that. */
const COMPILE_CACHE = resolve('node_modules/.cache/drivewatch/node');

/** One of the built apps, running as a process of its own as it would in production. */
export class AppProcess {
  private log = '';

  private constructor(
    private readonly name: string,
    private readonly child: ChildProcess,
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
    // Only what every program needs is handed on, so that a test does not depend on the environment it runs in.
    const child = spawn(process.execPath, [...nodeOptions, script], {
      env: { NODE_ENV: 'production', TZ: 'UTC', NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const app = new AppProcess(script, child);
    await app.waitForLog(readyText);
    return app;
  }

  /** The end of what the app has written. */
  get output(): string {
    return this.log;
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.name} has no process`);
    return this.child.pid;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** The crash: no warning, no cleaning up. */
  async crash(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** @returns the exit code. @throws when the app does not end in order in time */
  async stop(): Promise<number | null> {
    return await this.end('SIGTERM');
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    if (!this.isRunning) return this.child.exitCode;
    const exited = once(this.child, 'exit', { signal: AbortSignal.timeout(STOP_LIMIT_MS) });
    this.child.kill(signal);
    try {
      const [code] = (await exited) as [number | null];
      return code;
    } catch (cause) {
      this.child.kill('SIGKILL');
      throw new Error(`${this.name} did not end within ${STOP_LIMIT_MS} ms of ${signal}:\n${this.log}`, {
        cause,
      });
    }
  }

  private async waitForLog(text: string): Promise<void> {
    const end = Date.now() + START_LIMIT_MS;
    while (!this.log.includes(text)) {
      if (this.child.exitCode !== null || Date.now() > end) {
        this.child.kill('SIGKILL');
        throw new Error(`${this.name} did not start:\n${this.log}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
