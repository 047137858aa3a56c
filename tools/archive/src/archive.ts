import { type ArchiveConfig, archiveEnvSchema, parseEnv, recordsBucketUrl } from '@drivewatch/config';
import { tellOfDatabase, withDatabase } from '@drivewatch/local-database';
import { openObjectStore } from '@drivewatch/object-store';
import { archiveRecords, ArchiveUnderWayError, describeTotals } from '@drivewatch/record-archive';

export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** The end of this program's path, as it stands in its command line. */
const PROGRAM = 'tools/archive/main.mjs';

const USAGE = `usage: npm run archive

Writes every record that has been stored since the last archive to RECORDS_BUCKET, as the consumers do at every
ARCHIVE_EVERY. Takes the records from DATABASE_URL, or else from Drivewatch's own PostgreSQL, whether or not it runs.

Ends with 0 when every record is in the bucket or another archive is under way, 1 when something failed, 2 when the
command line was wrong, and 130 on Ctrl-C. What a run that ended early has begun, the next one finishes.
`;

export interface ArchiveInput {
  args: readonly string[];
  /** Only tests pass anything but the process's own. */
  env?: NodeJS.ProcessEnv;
  output: Pick<NodeJS.WritableStream, 'write'>;
  stop: AbortSignal;
}

/** The program without its process. @returns the exit code */
export async function runArchive({ args, env, output, stop }: ArchiveInput): Promise<number> {
  const print = (line: string): void => void output.write(`${line}\n`);
  if (args.length > 0) {
    output.write(USAGE);
    return args.some((arg) => arg === '--help' || arg === '-h') ? EXIT.done : EXIT.usage;
  }
  try {
    const config = parseEnv(archiveEnvSchema, env);
    await withDatabase(config, PROGRAM, print, (databaseUrl) =>
      archiveOnce(config, databaseUrl, stop, print),
    );
    return EXIT.done;
  } catch (error) {
    if (error instanceof ArchiveUnderWayError) {
      print('A consumer is archiving at this moment; there is nothing to do');
      return EXIT.done;
    }
    print(
      `archive: ${stop.aborted ? 'stopped; the next run finishes what was begun' : tellOfDatabase(error, 'the archive')}`,
    );
    return EXIT.failed;
  }
}

async function archiveOnce(
  config: ArchiveConfig,
  databaseUrl: string,
  signal: AbortSignal,
  print: (line: string) => void,
): Promise<void> {
  const store = openObjectStore(recordsBucketUrl(config), {
    s3Endpoint: config.S3_ENDPOINT,
    isPrivate: true,
  });
  const startedAt = performance.now();
  const totals = await archiveRecords({
    ...{ databaseUrl, store, signal, timeZone: config.FLEET_TIME_ZONE },
    onFile: ({ key, records }) => print(`  ${key}: ${records} records`),
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (totals.records === 0) print(`Nothing new since the last archive (${store.url})`);
  else print(`Archived ${describeTotals(totals)} to ${store.url} in ${seconds} s`);
}
