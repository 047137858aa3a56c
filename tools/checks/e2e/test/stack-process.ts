import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { StackCommand, StackProcessOptions, StackReply } from '../src/stack-protocol';

const RUNNER = 'dist/tools/e2e/main.mjs';
/** The limit for whatever it is told to do; only what hangs takes this long. */
const LIMIT_MS = 180_000;

/** The stack that the tests run against, held by a process of its own (see src/stack-runner.ts). */
export class StackProcess {
  private guarded: Promise<string> | undefined;

  private constructor(
    private readonly runner: ChildProcess,
    /** Address of the API and the page, without a trailing slash. */
    readonly url: string,
    /** Folder of the public bucket. */
    readonly publicFolder: string,
  ) {}

  /** @throws Error when the stack does not come up */
  static async start(options: StackProcessOptions): Promise<StackProcess> {
    const runner = fork(RUNNER, [JSON.stringify(options)]);
    try {
      const reply = await nextReply(runner, LIMIT_MS);
      if (reply.kind !== 'ready') throw new Error(`The stack did not start: ${JSON.stringify(reply)}`);
      return new StackProcess(runner, reply.url, reply.publicFolder);
    } catch (error) {
      if (runner.connected) runner.disconnect();
      throw error;
    }
  }

  /** Kills the API without warning. */
  async crashApi(): Promise<void> {
    await this.ask('crash-api');
  }

  /** Starts the API again, on the same port. */
  async startApi(): Promise<void> {
    await this.ask('start-api');
  }

  /** Puts a job into the queue that can never be stored. */
  async addBadJob(): Promise<void> {
    await this.ask('add-bad-job');
  }

  /** Removes a driver from the live pages. */
  async removeDriver(driverID: string): Promise<void> {
    await this.ask(`remove-driver ${driverID}`);
  }

  /** Returns the address of an API on the same data that asks for keys and sign-in; it is started on first use. */
  guardedUrl(): Promise<string> {
    this.guarded ??= this.ask('start-guarded-api').then((url) => {
      if (url === undefined)
        throw new Error('The process that holds the stack does not say where the API is');
      return url;
    });
    return this.guarded;
  }

  /** @throws Error when a part of the stack does not end in an orderly way */
  async stop(): Promise<void> {
    const exited = once(this.runner, 'exit', { signal: AbortSignal.timeout(LIMIT_MS) });
    this.runner.disconnect();
    const [code] = (await exited) as [number | null];
    if (code !== 0) throw new Error(`The stack ended with ${code ?? 'a signal'}`);
  }

  private async ask(command: StackCommand): Promise<string | undefined> {
    this.runner.send(command);
    const reply = await nextReply(this.runner, LIMIT_MS);
    if (reply.kind === 'failed') throw new Error(`${command} failed: ${reply.error}`);
    return reply.kind === 'done' ? reply.url : undefined;
  }
}

/** @throws Error when the runner ends or stays silent instead */
async function nextReply(runner: ChildProcess, limitMs: number): Promise<StackReply> {
  const settled = new AbortController();
  const signal = AbortSignal.any([settled.signal, AbortSignal.timeout(limitMs)]);
  try {
    return await Promise.race([
      once(runner, 'message', { signal }).then(([reply]) => reply as StackReply),
      once(runner, 'exit', { signal }).then(([code]) => {
        throw new Error(`The process that holds the stack ended with ${String(code)}; is ${RUNNER} built?`);
      }),
    ]);
  } finally {
    settled.abort();
  }
}
