import { LAUNCHERS_POSTGRES, withLaunchersService } from '@drivewatch/local-services';
import { migrate } from '@drivewatch/persistence';
import { PROGRAM } from './program';

/** The settings that say where the database is. */
export interface DatabaseSettings {
  readonly DATABASE_URL?: string | undefined;
  readonly DRIVEWATCH_DIR: string;
}

/**
 * Runs `work` on the database that the settings name, or else on Drivewatch's own: that of the running `npm start`, or
 * one that is started for as long as the work takes.
 *
 * @param print receives one line about each step that takes time
 * @throws Error when Drivewatch is just starting or stopping, and what the services and `work` throw
 */
export async function withDatabase(
  config: DatabaseSettings,
  print: (line: string) => void,
  work: (databaseUrl: string) => Promise<void>,
): Promise<void> {
  if (config.DATABASE_URL !== undefined) return work(config.DATABASE_URL);
  const options = { drivewatchDir: config.DRIVEWATCH_DIR, program: PROGRAM, print };
  await withLaunchersService(LAUNCHERS_POSTGRES, options, async (url, wasStarted) => {
    // A running Drivewatch has already migrated its own database.
    if (wasStarted) await migrate(url);
    await work(url);
  });
}

const UNDEFINED_TABLE = '42P01';

/** Explains what is wrong with a database, for a person. @param purpose what its tables are for */
export function tellOfDatabase(error: unknown, purpose: string): string {
  const { code, message } = error as Error & { code?: string };
  if (code === UNDEFINED_TABLE) return `the database has no tables for ${purpose} yet; run: npm run migrate`;
  // Node gives no message when each of several addresses refused a connection.
  return message === '' ? (code ?? String(error)) : message;
}
