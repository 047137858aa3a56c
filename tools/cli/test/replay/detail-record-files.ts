import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFleetClock } from '@drivewatch/detail-records';
import type { DetailRecordFile } from '../../src/replay/detail-record-file';

const { toEpochMs } = createFleetClock('UTC');

/** A folder of files for one test suite. */
export class TestFolder {
  private constructor(readonly path: string) {}

  static async create(): Promise<TestFolder> {
    return new TestFolder(await mkdtemp(join(tmpdir(), 'drivewatch-replayer-')));
  }

  async write(name: string, content: string | Buffer): Promise<DetailRecordFile> {
    const path = join(this.path, name);
    await writeFile(path, content);
    return { name, path, toEpochMs };
  }

  /** Writes one row per line. */
  writeRows(name: string, rows: readonly string[]): Promise<DetailRecordFile> {
    return this.write(name, rows.map((row) => `${row}\n`).join(''));
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

/** Returns an 8-field row of 1 January 2017; `time` is `HH:MM:SS`. */
export const aRow = (driverID: string, time: string, speed = 72): string =>
  `${driverID},华A12345,32.056444,118.777589,${speed},211,,2017-01-01 ${time}`;
