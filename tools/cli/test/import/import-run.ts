import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runImporter } from '../../src/import/importer';

/** A record of the original system. */
export const ROW = 'likun1000003,华AVM936,32.056444,118.777589,72,211,,2017-01-01 08:00:05';

/** Returns that many different records. @param from the number to start with */
export const rows = (count: number, from = 0): string =>
  Array.from({ length: count }, (_, n) => `${ROW.replace('72', String((from + n) % 100))}\n`).join('');

/** A folder with files, a bucket in it, and the importer running there. */
export class ImportRun {
  /** The output of the last run. */
  output = '';

  private constructor(readonly folder: string) {}

  static async create(): Promise<ImportRun> {
    return new ImportRun(await mkdtemp(join(tmpdir(), 'drivewatch-import-')));
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }

  /** Writes a file, creating the folders above it. */
  async write(name: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(join(this.folder, name)), { recursive: true });
    await writeFile(join(this.folder, name), content);
  }

  /** Runs the importer in the folder. @returns its exit code */
  run(
    args: string[],
    options: { partBytes?: number; env?: NodeJS.ProcessEnv; stop?: AbortSignal } = {},
  ): Promise<number> {
    this.output = '';
    return runImporter({
      args,
      env: { DRIVEWATCH_DIR: this.folder, INIT_CWD: this.folder, ...options.env },
      stdout: { write: (text: string) => (this.output += text) !== '' },
      output: { write: (text: string) => (this.output += text) !== '' },
      stop: options.stop ?? new AbortController().signal,
      ...(options.partBytes !== undefined && { partBytes: options.partBytes }),
    });
  }

  /** Folder of the imported objects. */
  get bucket(): string {
    return join(this.folder, 'records-bucket/records/import');
  }

  /** Returns the names of the imported objects. */
  async imported(): Promise<string[]> {
    return (await readdir(this.bucket).catch(() => [])).sort();
  }

  /** Returns the contents of objects, one after the other. */
  async textOf(names: readonly string[]): Promise<string> {
    return (await Promise.all(names.map((name) => readFile(join(this.bucket, name), 'utf8')))).join('');
  }
}
