import { setTimeout as sleep } from 'node:timers/promises';
import {
  DirectoryInUseError,
  type DirectoryLock,
  type EmbeddedService,
  type LaunchersService,
  lockDirectory,
} from '@drivewatch/local-services';

export interface SharedServicesOptions {
  readonly services: readonly LaunchersService[];
  /** An absolute path, like DRIVEWATCH_DIR. */
  readonly dataDir: string;
  /** The end of the running program's path, as in its command line. */
  readonly program: string;
  /** Receives one line about each service that is started or taken over. */
  readonly print: (line: string) => void;
}

const POLL_MS = 500;

/**
 * The embedded services of several programs that use one data folder, each in a terminal of its own. The first program
 * starts them and the others find them; when the program that owns them ends, another starts them again at the same
 * addresses.
 */
export class SharedServices {
  private held: { lock: DirectoryLock; running: EmbeddedService[] } | null = null;
  private urls: readonly string[] = [];
  private readonly closing = new AbortController();
  private follower: Promise<void> = Promise.resolve();

  constructor(private readonly options: SharedServicesOptions) {}

  /**
   * Starts the services, or waits until the owner of the folder has started them.
   *
   * @param signal ends the wait
   * @returns their URLs, in their order
   */
  async open(signal: AbortSignal): Promise<readonly string[]> {
    const { services, dataDir, print } = this.options;
    if (services.length === 0) return [];
    while (!(await this.take())) {
      const found = await Promise.all(services.map(({ find, dataDirOf }) => find(dataDirOf(dataDir))));
      this.urls = found.filter((url) => url !== null);
      if (this.urls.length === services.length) {
        print(`Uses the ${this.names()} that another program runs on ${dataDir}`);
        break;
      }
      await sleep(POLL_MS, undefined, { signal });
    }
    this.follower = this.follow();
    return this.urls;
  }

  /** Stops what this program has started; the other programs carry on with it. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.follower;
    for (const service of this.held?.running.reverse() ?? []) await service.stop();
    await this.held?.lock.release();
    this.held = null;
  }

  /**
   * Takes the services over from a program that has ended; a program that is only about to start them again keeps the
   * folder.
   */
  private async follow(): Promise<void> {
    const { signal } = this.closing;
    const { services, dataDir, print } = this.options;
    while (this.held === null) {
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const found = await Promise.all(services.map(({ find, dataDirOf }) => find(dataDirOf(dataDir))));
      if (found.includes(null) && (await this.take())) print(`Has taken over the ${this.names()}`);
    }
  }

  /** @returns whether this program owns the services now */
  private async take(): Promise<boolean> {
    const { services, dataDir, program, print } = this.options;
    const lock = await lockDirectory(dataDir, program).catch((error: unknown) => {
      if (error instanceof DirectoryInUseError) return null;
      throw error;
    });
    if (lock === null) return false;
    this.held = { lock, running: [] };
    for (const [index, service] of services.entries()) {
      const known = this.urls[index];
      const running = await service.start({
        dataDir: service.dataDirOf(dataDir),
        // The apps know the addresses of the first start.
        ...(known !== undefined && { port: Number(new URL(known).port) }),
        onProgress: print,
      });
      this.held.running.push(running);
      print(`${service.name} ${running.version} runs on 127.0.0.1:${running.port}`);
    }
    this.urls = this.held.running.map(({ url }) => url);
    return true;
  }

  private names(): string {
    return this.options.services.map(({ name }) => name).join(' and ');
  }
}
