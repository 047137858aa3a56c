import { createReadStream } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { detailLineToRecord, splitLines } from '@drivewatch/detail-records';
import type { StoredRow } from '../load/audit';

/** Detail records are in whole seconds. */
export const ARCHIVED_MS = 1_000;

/**
 * Returns the contents of the files of a private bucket, written in UTC. They have no ids, so a record's identity takes
 * their place.
 *
 * @param folder of the bucket
 * @param drivers prefix of their names
 * @throws Error quoting the line that is no record
 */
export async function archivedRows(folder: string, drivers: string): Promise<StoredRow[]> {
  const rows: StoredRow[] = [];
  for await (const file of glob('records/**/*.csv', { cwd: folder })) {
    for await (const lines of splitLines(createReadStream(join(folder, file)))) {
      for (const { text = '' } of lines) {
        const row = rowOf(text, file);
        if (row.driverId.startsWith(drivers)) rows.push(row);
      }
    }
  }
  return rows;
}

function rowOf(line: string, file: string): StoredRow {
  const record = detailLineToRecord(line);
  if (typeof record === 'string') throw new Error(`${file}: ${record}`);
  const { driverID = '', siteName = '', Speed, Time = '' } = record;
  return {
    id: siteName,
    identity: siteName,
    driverId: driverID,
    speedKmh: Number(Speed),
    recordedAtMs: Date.parse(`${Time.replace(' ', 'T')}Z`),
  };
}
