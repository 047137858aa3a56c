import { readOptions, UsageError } from '../program';

/** What the user asked for. */
export interface CommandLine {
  command: 'backup' | 'restore';
  /** As it was written. */
  dir: string;
  withBuckets: boolean;
}

export const USAGE = `usage: npm run backup -- DIR [--without-buckets]
       npm run restore -- DIR [--without-buckets]

backup writes the database, the queue and both buckets, all of one moment, to DIR, a new or empty folder, and reads it
back. Drivewatch may run meanwhile. restore puts a backup into a database that holds nothing yet, the queue and empty
buckets, brings them together as npm run after-restore does, and checks what it has written. Stop Drivewatch first.

  --without-buckets  leaves the buckets out, where they are kept in another way, such as by versions of S3

Both take DATABASE_URL, REDIS_URL, RECORDS_BUCKET, PUBLIC_BUCKET and FLEET_TIME_ZONE, or else what npm start keeps in
DRIVEWATCH_DIR. A restore that was ended is gone on with when it is run again.

Ends with 0 when all was done and fits, 1 when something failed or does not fit, 2 when the command line was wrong, and
130 on Ctrl-C.
`;

/**
 * @param args the command first
 * @returns what to do, or 'help'
 * @throws UsageError
 */
export function parseCommandLine([command, ...args]: readonly string[]): CommandLine | 'help' {
  const { values, positionals } = readOptions(args, {
    'without-buckets': { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  if (values.help === true) return 'help';
  if (command !== 'backup' && command !== 'restore') throw new UsageError('say backup or restore');
  const [dir, ...surplus] = positionals;
  if (dir === undefined || dir === '' || surplus.length > 0) throw new UsageError('name one folder');
  return { command, dir, withBuckets: values['without-buckets'] !== true };
}
