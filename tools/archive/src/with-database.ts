import { resolve } from 'node:path';
import type { ArchiveConfig } from '@drivewatch/config';
import {
  DirectoryInUseError,
  findEmbeddedPostgres,
  launchersPostgresDir,
  lockDirectory,
  startEmbeddedPostgres,
} from '@drivewatch/embedded-services';
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
  const folder = resolve(config.DRIVEWATCH_DIR);
  const dataDir = launchersPostgresDir(folder);
  const lock = await lockDirectory(folder, PROGRAM).catch((error: unknown) => {
    if (error instanceof DirectoryInUseError) return null;
    throw error;
  });
  if (lock === null) {
    const running = await findEmbeddedPostgres(dataDir);
    if (running === null) throw new Error('Drivewatch is starting or stopping; try again in a moment');
    return work(running);
  }
  try {
    print('Starting PostgreSQL for as long as it takes…');
    const postgres = await startEmbeddedPostgres({ dataDir, onProgress: print });
    try {
      await migrate(postgres.url);
      await work(postgres.url);
    } finally {
      await postgres.stop();
    }
  } finally {
    await lock.release();
  }
}
