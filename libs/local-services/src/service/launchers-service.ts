import { resolve } from 'node:path';
import { describeMadePrivate, DirectoryInUseError, lockDirectory } from './directory-lock';
import type { EmbeddedService, EmbeddedServiceOptions } from './embedded-service';

/** One of the services that `npm start` runs, and how to find it. */
export interface LaunchersService {
  /** The service's name, such as `PostgreSQL`. */
  readonly name: string;
  /** Returns where `npm start` keeps it. @param drivewatchDir the folder that DRIVEWATCH_DIR names */
  readonly dataDirOf: (drivewatchDir: string) => string;
  /** @returns the URL of the service that runs there, or `null` */
  readonly find: (dataDir: string) => Promise<string | null>;
  readonly start: (options: EmbeddedServiceOptions) => Promise<EmbeddedService>;
}

export interface WithLaunchersServiceOptions {
  /** The value of DRIVEWATCH_DIR. */
  readonly drivewatchDir: string;
  /** The end of the running program's path, as it appears in its command line. */
  readonly program: string;
  /** Is told, in one line, of slow steps. */
  readonly print: (line: string) => void;
  /** True refuses to work while Drivewatch runs; otherwise the services of a running one are used. */
  readonly mustBeStopped?: boolean;
}

/**
 * Runs `work` on one of Drivewatch's own services: that of the `npm start` which runs now, or one that is started on
 * the same data for as long as the work takes.
 *
 * @param work gets the service's URL, and whether it was started for it
 * @throws Error when Drivewatch is just starting or stopping; any error of the service and of `work`
 */
export const withLaunchersService = <T>(
  service: LaunchersService,
  options: WithLaunchersServiceOptions,
  work: (url: string, wasStarted: boolean) => Promise<T>,
): Promise<T> => withLaunchersServices([service], options, ([url = ''], wasStarted) => work(url, wasStarted));

/**
 * Does the same as {@link withLaunchersService} with several services at once.
 *
 * @param work gets the URLs in the order of the services
 * @throws DirectoryInUseError besides, when Drivewatch runs and must not
 */
export async function withLaunchersServices<T>(
  services: readonly LaunchersService[],
  { drivewatchDir, program, print, mustBeStopped = false }: WithLaunchersServiceOptions,
  work: (urls: string[], wasStarted: boolean) => Promise<T>,
): Promise<T> {
  const folder = resolve(drivewatchDir);
  const lock = await lockDirectory(folder, program).catch((error: unknown) => {
    if (error instanceof DirectoryInUseError && !mustBeStopped) return null;
    throw error;
  });
  if (lock === null) return work(await findAll(services, folder), false);
  const madePrivate = describeMadePrivate(folder, lock);
  if (madePrivate !== undefined) print(madePrivate);
  const started: EmbeddedService[] = [];
  try {
    for (const service of services) {
      print(`Starting ${service.name} for as long as it takes…`);
      started.push(
        await forOwnerAlone(() => service.start({ dataDir: service.dataDirOf(folder), onProgress: print })),
      );
    }
    return await work(
      started.map(({ url }) => url),
      true,
    );
  } finally {
    for (const service of started) await service.stop();
    await lock.release();
  }
}

/** Keeps files that programs started by `start` write private from the machine's other users, as the launcher's are. */
async function forOwnerAlone<T>(start: () => Promise<T>): Promise<T> {
  const before = process.umask(0o077);
  try {
    return await start();
  } finally {
    process.umask(before);
  }
}

async function findAll(services: readonly LaunchersService[], folder: string): Promise<string[]> {
  const found = await Promise.all(services.map((service) => service.find(service.dataDirOf(folder))));
  const urls = found.filter((url) => url !== null);
  if (urls.length < services.length)
    throw new Error('Drivewatch is starting or stopping; try again in a moment');
  return urls;
}
