import type { ExitStatus, GuardedProcess } from '../process/guarded-process';

/** What the starters of both services take. */
export interface EmbeddedServiceOptions {
  /** A folder of the service's own, created when absent; without it a temporary one that `stop()` deletes. */
  readonly dataDir?: string;
  /** On 127.0.0.1; without it a free one. */
  readonly port?: number;
  /** Told, in one line, of steps that take time or that one should know of. */
  readonly onProgress?: (message: string) => void;
}

/** A running service and how to end it. */
export interface EmbeddedService {
  /** With user and password. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** The server's own version, such as `18.4`. */
  readonly version: string;
  /** Where the data is; not always the wanted folder, see `prepareServiceHome`. */
  readonly dataDir: string;
  /** Fulfilled when the server has ended, for whatever reason. */
  readonly exited: Promise<ExitStatus>;
  /** Ends the server in order and waits until it is gone. */
  stop(): Promise<void>;
  /** Sends a signal and does not wait; `SIGKILL` is the crash that tests need. */
  kill(signal: NodeJS.Signals): void;
}

/** The part of the handle that both services share. */
export function controls(
  process: GuardedProcess,
  afterStop: () => Promise<void>,
): Pick<EmbeddedService, 'pid' | 'exited' | 'stop' | 'kill'> {
  return {
    pid: process.pid,
    exited: process.exited,
    kill: process.kill,
    stop: async () => {
      await process.stop();
      await afterStop();
    },
  };
}
