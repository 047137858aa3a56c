import { EXIT, readEmptyCommandLine, tellOfCommandLine } from '@drivewatch/config/command-line';
import { parseEnv, recordsBucketUrl, settings } from '@drivewatch/config';
import { tellOfDatabase, withDatabase } from '../with-database';
import { openObjectStore } from '@drivewatch/object-store';
import {
  afterRestore,
  archiveRecords,
  ArchiveUnderWayError,
  describeTotals,
} from '@drivewatch/record-archive';
import * as z from 'zod';

const PROGRAM_TEXTS = {
  archive: {
    name: 'npm run archive',
    description: `
Writes every record that has been stored since the last archive to RECORDS_BUCKET, as the consumers do at every
ARCHIVE_EVERY. Takes the records from DATABASE_URL, or else from Drivewatch's own PostgreSQL, whether or not it runs.

Ends with 0 when every record is in the bucket or another archive is under way, 1 when something failed, 2 when the
command line was wrong, and 130 on Ctrl-C. The next run finishes what an interrupted one has begun.`,
  },
  'after-restore': {
    name: 'npm run after-restore',
    description: `
Brings PostgreSQL and RECORDS_BUCKET together after a backup of either was restored, and then archives. Stop the consumers
first. Takes the database as npm run archive does. Reports what it finds and does, and can be repeated at any time.

Ends with 0 when every remaining record is in the bucket once, 1 when something failed or cannot be mended, or another
archive is under way, 2 when the command line was wrong, and 130 on Ctrl-C.`,
  },
};

const environmentSchema = z.object({
  ...settings.optionalDatabase,
  ...settings.dataDir,
  ...settings.archive,
});
type ArchiveConfig = Readonly<z.output<typeof environmentSchema>>;

export interface ArchiveInput {
  command: keyof typeof PROGRAM_TEXTS;
  args: readonly string[];
  /** Only tests pass anything but the process's own. */
  env?: NodeJS.ProcessEnv;
  output: Pick<NodeJS.WritableStream, 'write'>;
  /** Takes messages about an invalid command line. */
  notes: Pick<NodeJS.WritableStream, 'write'>;
  stop: AbortSignal;
}

/** Runs the program without its process. @returns the exit code */
export async function runArchive(input: ArchiveInput): Promise<number> {
  const { command, args, env, output, notes, stop } = input;
  const isAfterRestore = command === 'after-restore';
  const print = (line: string): void => void output.write(`${line}\n`);
  try {
    readEmptyCommandLine(args, PROGRAM_TEXTS[command]);
    const config = parseEnv(environmentSchema, env);
    let code: number = EXIT.done;
    await withDatabase(config, print, async (databaseUrl) => {
      if (!isAfterRestore) await archiveOnce(config, databaseUrl, stop, print);
      else if (!(await mend(config, databaseUrl, stop, print))) code = EXIT.failed;
    });
    return code;
  } catch (error) {
    const told = tellOfCommandLine(error, { stdout: output, stderr: notes });
    if (told !== undefined) return told;
    if (error instanceof ArchiveUnderWayError) {
      if (isAfterRestore) {
        print('after-restore: an archive is under way; stop the consumers, then run this again');
        return EXIT.failed;
      }
      print('A consumer is archiving at this moment; there is nothing to do');
      return EXIT.done;
    }
    print(
      `${command}: ${stop.aborted ? 'stopped; the next run finishes what was begun' : tellOfDatabase(error, 'the archive')}`,
    );
    return EXIT.failed;
  }
}

/** @returns whether everything could be repaired */
async function mend(
  config: ArchiveConfig,
  databaseUrl: string,
  signal: AbortSignal,
  print: (line: string) => void,
): Promise<boolean> {
  const store = storeOf(config);
  const { isWhole, archived } = await afterRestore({
    databaseUrl,
    store,
    signal,
    print,
    timeZone: config.FLEET_TIME_ZONE,
  });
  print(`Archived ${describeTotals(archived)} to ${store.url}`);
  print(isWhole ? 'PostgreSQL and the bucket fit each other' : 'Not all could be mended; see above');
  return isWhole;
}

const storeOf = (config: ArchiveConfig) =>
  openObjectStore(recordsBucketUrl(config), { s3Endpoint: config.S3_ENDPOINT, isPrivate: true });

async function archiveOnce(
  config: ArchiveConfig,
  databaseUrl: string,
  signal: AbortSignal,
  print: (line: string) => void,
): Promise<void> {
  const store = storeOf(config);
  const startedAt = performance.now();
  const totals = await archiveRecords({
    databaseUrl,
    store,
    signal,
    timeZone: config.FLEET_TIME_ZONE,
    onFile: ({ key, records }) => print(`  ${key}: ${records} records`),
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (totals.records === 0) print(`Nothing new since the last archive (${store.url})`);
  else print(`Archived ${describeTotals(totals)} to ${store.url} in ${seconds} s`);
}
