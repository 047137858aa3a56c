import {
  ArchiveRepository,
  type ArchiveSession,
  migrate,
  migrateTo,
  MIGRATION_NAMES,
} from '@drivewatch/persistence';
import { afterRestore, describeTotals } from '@drivewatch/record-archive';
import { exportedJobSchema, RecordQueueCopy, withRecordQueue } from '@drivewatch/redis';
import { openCompressed, readLines } from './backup-files';
import { foreignObject, restoreBucket } from './buckets';
import { checkBackup } from './check-backup';
import { type BackupFile, type Manifest, readManifest } from './manifest';
import { bucketOf, BUCKETS, counted, megabytes, stopwatch, type Task } from './task';

/**
 * Puts a backup into an empty database, the queue and empty buckets (docs/adr/0032). Checks everything that may stand
 * in the way before it changes anything; if it is interrupted, another call continues.
 *
 * @returns whether database and buckets match
 * @throws Error in one line; ArchiveUnderWayError while somebody archives
 */
export async function restore(task: Task): Promise<boolean> {
  const { databaseUrl, dir, print, signal } = task;
  const time = stopwatch();
  const manifest = await readManifest(dir);
  assertKnown(task, manifest);
  const checking = stopwatch();
  const { files, bytes } = await checkBackup(dir, manifest, signal);
  print(
    `Backup of ${manifest.beganAt}: ${counted(files, 'file')}, ${megabytes(bytes)}, as they were written (${checking()})`,
  );
  const buckets = task.withBuckets ? manifest.buckets : null;
  if (buckets !== null) await assertFree(task);
  await withRecordQueue(task.redisUrl, () => Promise.resolve());
  await exclusively(task, (session) => restoreDatabase(task, session, manifest));
  if (buckets !== null) await restoreBuckets(task, buckets);
  await restoreQueue(task, manifest);
  const store = bucketOf(task, 'private');
  const { isWhole, archived } = await afterRestore({
    databaseUrl,
    store,
    signal,
    print,
    timeZone: task.config.FLEET_TIME_ZONE,
  });
  print(`Archived ${describeTotals(archived)} to ${store.url}`);
  await exclusively(task, ({ filler }) => filler.finish());
  print(
    isWhole ? `The restore is complete (${time()})` : 'Database and bucket do not fit each other; see above',
  );
  return isWhole;
}

const exclusively = <T>({ databaseUrl, signal }: Task, work: (session: ArchiveSession) => Promise<T>) =>
  new ArchiveRepository(databaseUrl).exclusively(signal, work, { statementTimeoutMs: 0 });

function assertKnown({ config, dir }: Task, { database, fleetTimeZone }: Manifest): void {
  const unknown = database.migrations.filter((name) => !MIGRATION_NAMES.includes(name));
  if (unknown.length > 0)
    throw new Error(
      `${dir} was made by a newer version (${unknown.join(', ')}); restore it with that one, or a later one`,
    );
  if (fleetTimeZone !== config.FLEET_TIME_ZONE)
    throw new Error(
      `FLEET_TIME_ZONE is ${config.FLEET_TIME_ZONE}, and was ${fleetTimeZone} when the backup was made; set it to that`,
    );
}

async function assertFree(task: Task): Promise<void> {
  for (const name of BUCKETS) {
    const bucket = bucketOf(task, name);
    const key = await foreignObject(task.dir, name, bucket, task.signal);
    if (key === null) continue;
    throw new Error(
      `the ${name} bucket ${bucket.url} is in use already (${key} is not as in the backup); name an empty one, or leave both as they are with --without-buckets`,
    );
  }
}

async function restoreDatabase(
  { databaseUrl, dir, print, signal }: Task,
  { filler }: ArchiveSession,
  { id, database }: Manifest,
): Promise<void> {
  if (await filler.isUnfinished(id)) {
    print('PostgreSQL has this backup already; going on with the rest');
  } else {
    const problem = await filler.problem(database.migrations);
    if (problem !== null) throw new Error(problem);
    const time = stopwatch();
    await migrateTo(databaseUrl, database.migrations);
    const files = new Map<string, BackupFile>(database.tables.map(({ name, file }) => [name, file]));
    await filler.fill(database, id, ({ name }) => {
      const file = files.get(name);
      if (file === undefined) throw new Error(`The backup has no file of the table ${name}`);
      return openCompressed(dir, file, signal);
    });
    const rows = database.tables.reduce((sum, table) => sum + table.rows, 0);
    print(
      `PostgreSQL: ${counted(rows, 'row')} in ${counted(database.tables.length, 'table')}, as many as in the backup (${time()})`,
    );
  }
  const applied = await migrate(databaseUrl);
  if (applied.length > 0) print(`Migrated from the backup's version to this one: ${applied.join(', ')}`);
}

async function restoreBuckets(task: Task, buckets: NonNullable<Manifest['buckets']>): Promise<void> {
  const { dir, print, signal } = task;
  for (const name of BUCKETS) {
    const time = stopwatch();
    const manifest = buckets[name];
    const copied = await restoreBucket(dir, name, bucketOf(task, name), { manifest, signal });
    print(
      `The ${name} bucket: ${counted(manifest.objects, 'object')}, ${megabytes(manifest.objectBytes)}, of which ${copied} were not there yet (${time()})`,
    );
  }
}

async function restoreQueue({ redisUrl, dir, print, signal }: Task, { id, queue }: Manifest): Promise<void> {
  const time = stopwatch();
  async function* jobs() {
    for await (const line of readLines(dir, queue.file)) {
      signal.throwIfAborted();
      const job = exportedJobSchema.parse(JSON.parse(line));
      // The id is the same each time: a job that exists already is not added again, and the target's own numbers stay
      // free.
      yield { id: `restored-${id}-${job.id}`, data: job.data };
    }
  }
  const { added, there } = await withRecordQueue(redisUrl, async (recordQueue, redis) => {
    const copy = new RecordQueueCopy(recordQueue, redis);
    return { there: await copy.count(), added: await copy.add(jobs()) };
  });
  if (added !== queue.jobs) throw new Error(`The queue was given ${added} jobs, not ${queue.jobs}`);
  const beside = there === 0 ? '' : `, beside ${there} that were there`;
  print(`Queue: ${counted(added, 'job')} will be run${beside} (${time()})`);
}
