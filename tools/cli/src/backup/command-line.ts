import { readCommandLine, refuse } from '@drivewatch/config/command-line';

/** What the user asked for. */
export interface CommandLine {
  /** As it was written. */
  dir: string;
  withBuckets: boolean;
}

const ENDS = `
Both take DATABASE_URL, REDIS_URL, RECORDS_BUCKET, PUBLIC_BUCKET and FLEET_TIME_ZONE, or else what npm start keeps in
DRIVEWATCH_DIR.

Ends with 0 when all was done and fits, 1 when something failed or does not fit, 2 when the command line was wrong, and
130 on Ctrl-C.`;

const PROGRAM_TEXTS = {
  backup: {
    name: 'npm run backup --',
    description: `
Writes the database, the queue and both buckets, as of one moment, to a folder, and reads it back to check it. Drivewatch
may keep running. npm run restore puts it into an empty installation.
${ENDS}`,
  },
  restore: {
    name: 'npm run restore --',
    description: `
Puts a backup into a database that holds nothing yet, the queue and empty buckets, brings them together as npm run
after-restore does, and checks what it has written. Stop Drivewatch first. If a restore is interrupted, run it
again and it continues.
${ENDS}`,
  },
};

/**
 * @throws UsageError
 * @throws HelpAsked
 */
export function parseCommandLine(command: 'backup' | 'restore', args: readonly string[]): CommandLine {
  const aboutDir = command === 'backup' ? 'a new or empty folder' : 'the folder that a backup was written to';
  return readCommandLine<CommandLine>(args, PROGRAM_TEXTS[command], (program, ask) => {
    program
      .argument('<dir>', aboutDir, (dir: string) => (dir === '' ? refuse('the name of a folder') : dir))
      .option(
        '--without-buckets',
        'leaves the buckets out, where they are kept in another way, such as by versions of S3',
      )
      .action((dir: string, { withoutBuckets = false }: { withoutBuckets?: boolean }) => {
        ask({ dir, withBuckets: !withoutBuckets });
      });
  });
}
