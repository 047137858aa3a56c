import { createReadStream } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { exportedJobSchema } from '@drivewatch/redis';
import type { FailedJobs } from './failed-jobs';

/** What was written to a file, and so may be removed from the queue. */
export interface JobExport {
  /** Data as Redis held it, by the id of the job. */
  exported: Map<string, string>;
  /** Ids for which there is no failed job. */
  unknown: string[];
}

/** @returns a name that contains the time, and sorts by it */
export const exportFileIn = (drivewatchDir: string, now = new Date()): string =>
  join(drivewatchDir, 'exports', `failed-jobs-${now.toISOString().replaceAll(/[:.]/g, '-')}.jsonl`);

/**
 * Writes failed jobs, whole, as lines of JSON to a new file that only its owner may read. When this resolves, they are
 * on the disk; if there is no job to write, there is no file.
 *
 * @throws Error in one line when the file exists already or cannot be written; then there is no new file
 */
export async function exportJobs(jobs: FailedJobs, ids: readonly string[], file: string): Promise<JobExport> {
  const result: JobExport = { exported: new Map(), unknown: [] };
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, 'wx', 0o600).catch((cause: unknown) => {
    const isThere = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw new Error(
      isThere ? `${file} exists already, and stays as it is; nothing was removed` : notWritten(file, cause),
      { cause },
    );
  });
  try {
    for (const id of ids) {
      const found = await jobs.read(id);
      if (found?.job.state !== 'failed') {
        result.unknown.push(id);
        continue;
      }
      await handle.writeFile(`${JSON.stringify(found.job)}\n`);
      result.exported.set(id, found.raw);
    }
    await handle.sync();
    await handle.close();
    if (result.exported.size === 0) await rm(file);
    else await syncFolder(dirname(file));
    return result;
  } catch (cause) {
    await handle.close().catch(() => undefined);
    await rm(file, { force: true });
    throw new Error(notWritten(file, cause), { cause });
  }
}

const notWritten = (file: string, cause: unknown): string =>
  `${file} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}; nothing was removed`;

/** A file's name is in its folder, which is written to disk separately. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
}

/**
 * Returns the data of the jobs that {@link exportJobs} has written.
 *
 * @throws Error in one line naming the file, and the line that holds no job
 */
export async function readExport(file: string): Promise<unknown[]> {
  const found: unknown[] = [];
  let line = 0;
  try {
    for await (const text of createInterface({ input: createReadStream(file) })) {
      line += 1;
      if (text.trim() !== '') found.push(exportedJobSchema.parse(JSON.parse(text)).data);
    }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new Error(
      code === undefined
        ? `${file}: line ${line} holds no job as remove writes it; nothing was restored`
        : `${file} cannot be read: ${message}; nothing was restored`,
      { cause },
    );
  }
  return found;
}
