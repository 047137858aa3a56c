import type { ExitStatus, GuardedProcess } from '../process/guarded-process';

/** The options that the starters of both services take. */
export interface EmbeddedServiceOptions {
  /** The folder of the service's data, created when absent; without it, a temporary one that `stop()` deletes. */
  readonly dataDir?: string;
  /** A port of 127.0.0.1; without it, a free one. */
  readonly port?: number;
  /** Is told, in one line, of steps that take time or that the user should know of. */
  readonly onProgress?: (message: string) => void;
}

/** A running service and the means to end it. */
export interface EmbeddedService {
  /** The URL includes user and password. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** The server's own version, such as `18.4`. */
  readonly version: string;
  /** The folder of the data, which is not always the wanted one; see `prepareServiceHome`. */
  readonly dataDir: string;
  /** Fulfilled when the server has ended, for whatever reason. */
  readonly exited: Promise<ExitStatus>;
  /** Ends the server in order and waits until it is gone. */
  stop(): Promise<void>;
  /** Sends a signal and does not wait; `SIGKILL` is the crash that tests need. */
  kill(signal: NodeJS.Signals): void;
}

/** Returns the part of the handle that both services share. */
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
