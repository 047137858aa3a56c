import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ArchiveRepository, type ArchiveSession, ArchiveUnderWayError } from '@drivewatch/persistence';
import { RecordQueueCopy, withRecordQueue } from '@drivewatch/redis';
import { writeBackupFile } from './backup-files';
import { backUpBucket } from './buckets';
import { checkBackup } from './check-backup';
import { BACKUP_FORMAT, type BackupFile, type Manifest, writeManifest } from './manifest';
import { type BucketName, bucketOf, counted, megabytes, stopwatch, type Task } from './task';

const TRY_AGAIN_MS = 1_000;

/**
 * Writes a backup of one moment (docs/adr/0032). While nobody archives, it copies first the jobs, then the database,
 * then the buckets, so that whatever leaves one of them meanwhile is found in the next.
 *
 * @returns true
 * @throws Error in one line; then the folder has no manifest, and is no backup
 */
export async function backUp(task: Task): Promise<boolean> {
  const { dir, print } = task;
  const time = stopwatch();
  await prepareFolder(task);
  const manifest = await copyAll(task).catch((error: unknown) => {
    print(`What is in ${dir} is no backup; remove it`);
    throw error;
  });
  await writeManifest(dir, manifest);
  print(`The backup is complete: ${dir} (${time()})`);
  return true;
}

/** @returns the manifest, once everything that it names is on the disk and was read back */
async function copyAll(task: Task): Promise<Manifest> {
  const { dir, print, signal } = task;
  const manifest = await whileNobodyArchives(task, async (session) => {
    const beganAt = new Date().toISOString();
    const queue = await backUpQueue(task);
    const database = await backUpDatabase(task, session);
    const buckets = task.withBuckets ? await backUpBuckets(task) : null;
    // The contents of the buckets match the database only if the lock was never lost.
    await session.restore.assertHeld();
    const endedAt = new Date().toISOString();
    const facts = { id: randomUUID(), beganAt, endedAt, fleetTimeZone: task.config.FLEET_TIME_ZONE };
    return { format: BACKUP_FORMAT, ...facts, database, queue, buckets } satisfies Manifest;
  });
  const checking = stopwatch();
  const { files, bytes } = await checkBackup(dir, manifest, signal);
  print(`Read back: ${counted(files, 'file')}, ${megabytes(bytes)}, as they were written (${checking()})`);
  return manifest;
}

async function prepareFolder({ dir, config }: Task): Promise<void> {
  const inside = relative(resolve(config.DRIVEWATCH_DIR), dir);
  if (inside === '' || (!inside.startsWith('..') && !inside.startsWith('/')))
    throw new Error(`${dir} is in DRIVEWATCH_DIR, and would be lost with it; name another folder`);
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    if ((await readdir(dir)).length > 0)
      throw new Error(`${dir} is not empty; name a new folder, or one that holds nothing`);
    await chmod(dir, 0o700);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw code === undefined ? cause : new Error(`${dir} cannot be used: ${message}`, { cause });
  }
}

async function whileNobodyArchives<T>(
  { databaseUrl, print, signal }: Task,
  work: (session: ArchiveSession) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      // A large table is read in one statement.
      return await new ArchiveRepository(databaseUrl).exclusively(signal, work, { statementTimeoutMs: 0 });
    } catch (error) {
      if (!(error instanceof ArchiveUnderWayError)) throw error;
      if (attempt === 1) print('Waiting for the archive that is under way…');
      await sleep(TRY_AGAIN_MS, undefined, { signal });
    }
  }
}

async function backUpQueue({ redisUrl, dir, print, signal }: Task): Promise<Manifest['queue']> {
  const time = stopwatch();
  let jobs = 0;
  const file = await withRecordQueue(redisUrl, (queue, redis) => {
    async function* lines(): AsyncGenerator<string, void> {
      for await (const job of new RecordQueueCopy(queue, redis).read()) {
        jobs += 1;
        yield `${JSON.stringify(job)}\n`;
      }
    }
    return writeBackupFile(dir, 'queue.jsonl', lines(), { signal });
  });
  print(`Queue: ${counted(jobs, 'job')}, waiting or failed, ${megabytes(file.bytes)} (${time()})`);
  return { jobs, file };
}

async function backUpDatabase(
  { dir, print, signal }: Task,
  session: ArchiveSession,
): Promise<Manifest['database']> {
  const time = stopwatch();
  const files = new Map<string, BackupFile>();
  const contents = await session.reader.read(async ({ name }, rows) => {
    const path = join('database', `${name}.copy.gz`);
    files.set(name, await writeBackupFile(dir, path, rows, { signal, isCompressed: true }));
  });
  const tables = contents.tables.map((table) => {
    const file = files.get(table.name);
    if (file === undefined) throw new Error(`The table ${table.name} was not written`);
    return { ...table, columns: [...table.columns], file };
  });
  const rowsOf = (name: string): number => tables.find((table) => table.name === name)?.rows ?? 0;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const bytes = tables.reduce((sum, { file }) => sum + file.bytes, 0);
  print(
    `PostgreSQL ${contents.serverVersion}: ${counted(rowsOf('driving_record'), 'record')}, ${counted(rows, 'row')} in ${counted(tables.length, 'table')}, ${megabytes(bytes)} (${time()})`,
  );
  return {
    ...contents,
    tables,
    migrations: [...contents.migrations],
    sequences: [...contents.sequences],
    partitions: [...contents.partitions],
  };
}

async function backUpBuckets(task: Task): Promise<Manifest['buckets']> {
  const copy = async (name: BucketName) => {
    const time = stopwatch();
    const copied = await backUpBucket(task.dir, name, bucketOf(task, name), task.signal);
    task.print(
      `The ${name} bucket: ${counted(copied.objects, 'object')}, ${megabytes(copied.objectBytes)} (${time()})`,
    );
    return copied;
  };
  return { private: await copy('private'), public: await copy('public') };
}
