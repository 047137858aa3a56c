import type { ArchiveConfig } from '@drivewatch/config';
import { LAUNCHERS_POSTGRES, withLaunchersService } from '@drivewatch/embedded-services';
import { migrate } from '@drivewatch/persistence';

/** The end of this program's path, as it stands in its command line. */
const PROGRAM = 'tools/archive/main.mjs';

/**
 * Runs `work` on the database that the settings name, or else on Drivewatch's own: that of the `npm start` which runs
 * now, or one that is started for as long as the work takes.
 *
 * @param print told, in one line, of what takes time
 * @throws Error when Drivewatch is just starting or stopping, and what the services and `work` throw
 */
export async function withDatabase(
  config: ArchiveConfig,
  print: (line: string) => void,
  work: (databaseUrl: string) => Promise<void>,
): Promise<void> {
  if (config.DATABASE_URL !== undefined) return work(config.DATABASE_URL);
  const options = { drivewatchDir: config.DRIVEWATCH_DIR, program: PROGRAM, print };
  await withLaunchersService(LAUNCHERS_POSTGRES, options, async (url, wasStarted) => {
    // The one of a Drivewatch that runs has been brought up to date by it.
    if (wasStarted) await migrate(url);
    await work(url);
  });
}
