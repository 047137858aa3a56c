import { resolve } from 'node:path';
import { describeMadePrivate, DirectoryInUseError, lockDirectory } from './directory-lock';
import type { EmbeddedService, EmbeddedServiceOptions } from './embedded-service';

/** One of the services that `npm start` brings, and how to get at it. */
export interface LaunchersService {
  /** Such as `PostgreSQL`. */
  readonly name: string;
  /** Where `npm start` keeps it. @param drivewatchDir the folder that DRIVEWATCH_DIR names */
  readonly dataDirOf: (drivewatchDir: string) => string;
  /** @returns URL of the one that runs there, or `null` */
  readonly find: (dataDir: string) => Promise<string | null>;
  readonly start: (options: EmbeddedServiceOptions) => Promise<EmbeddedService>;
}

export interface WithLaunchersServiceOptions {
  /** As DRIVEWATCH_DIR. */
  readonly drivewatchDir: string;
  /** The end of the running program's path, as it stands in its command line. */
  readonly program: string;
  /** Told, in one line, of what takes time. */
  readonly print: (line: string) => void;
}

/**
 * Runs `work` on a service of Drivewatch's own: that of the `npm start` which runs now, or one that is started on the
 * same data for as long as the work takes.
 *
 * @param work gets the service's URL, and whether it was started for it
 * @throws Error when Drivewatch is just starting or stopping, and what the service and `work` throw
 */
export async function withLaunchersService<T>(
  service: LaunchersService,
  { drivewatchDir, program, print }: WithLaunchersServiceOptions,
  work: (url: string, wasStarted: boolean) => Promise<T>,
): Promise<T> {
  const folder = resolve(drivewatchDir);
  const dataDir = service.dataDirOf(folder);
  const lock = await lockDirectory(folder, program).catch((error: unknown) => {
    if (error instanceof DirectoryInUseError) return null;
    throw error;
  });
  if (lock === null) {
    const running = await service.find(dataDir);
    if (running === null) throw new Error('Drivewatch is starting or stopping; try again in a moment');
    return work(running, false);
  }
  const madePrivate = describeMadePrivate(folder, lock);
  if (madePrivate !== undefined) print(madePrivate);
  try {
    print(`Starting ${service.name} for as long as it takes…`);
    const started = await service.start({ dataDir, onProgress: print });
    try {
      return await work(started.url, true);
    } finally {
      await started.stop();
    }
  } finally {
    await lock.release();
  }
}
