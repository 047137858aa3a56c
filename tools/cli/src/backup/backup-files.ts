import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, createGunzip } from 'node:zlib';
import type { BackupFile } from './manifest';

/** At this level, the text of records shrinks to a fifth in a tenth of the time that the best compression takes. */
const GZIP_LEVEL = 1;

/** Counts and hashes the bytes that pass through it. */
export class Meter {
  bytes = 0;
  private readonly hash = createHash('sha256');

  add(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    this.hash.update(chunk);
  }

  async *pass(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of source) {
      this.add(chunk);
      yield chunk;
    }
  }

  transform(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _, done) => {
        this.add(chunk);
        done(null, chunk);
      },
    });
  }

  /** Returns the totals; may be called once. */
  result(): { bytes: number; sha256: string } {
    return { bytes: this.bytes, sha256: this.hash.digest('hex') };
  }
}

/** Writes a new file of a backup that only its owner may read; when this resolves, the file is on the disk. */
export async function writeBackupFile(
  dir: string,
  path: string,
  source: Readable | AsyncIterable<string | Uint8Array>,
  { signal, isCompressed = false }: { signal: AbortSignal; isCompressed?: boolean },
): Promise<BackupFile> {
  const file = join(dir, path);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const meter = new Meter();
  const from = source instanceof Readable ? source : Readable.from(source, { objectMode: false });
  const to = createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true });
  if (isCompressed)
    await pipeline(from, createGzip({ level: GZIP_LEVEL }), meter.transform(), to, { signal });
  else await pipeline(from, meter.transform(), to, { signal });
  return { path, ...meter.result() };
}

/** @returns the original contents of a compressed file, and a check that all of it was read as it was written */
export function openCompressed(
  dir: string,
  file: BackupFile,
  signal: AbortSignal,
): { rows: Readable; checked: () => Promise<void> } {
  const meter = new Meter();
  const rows = createGunzip();
  const read = pipeline(createReadStream(join(dir, file.path)), meter.transform(), rows, { signal });
  // The reader of the rows gets the error first.
  read.catch(() => undefined);
  return {
    rows,
    checked: async () => {
      await read;
      assertSame(join(dir, file.path), file, meter.result());
    },
  };
}

/**
 * Reads a file of a backup to its end.
 *
 * @throws Error in one line naming the file, when it differs from what was written
 */
export async function checkBackupFile(dir: string, file: BackupFile, signal: AbortSignal): Promise<void> {
  const path = join(dir, file.path);
  const meter = new Meter();
  try {
    for await (const chunk of createReadStream(path, { signal })) meter.add(chunk as Buffer);
  } catch (cause) {
    signal.throwIfAborted();
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Error(`${path} ${isMissing ? 'is missing' : `cannot be read: ${String(cause)}`}`, { cause });
  }
  assertSame(path, file, meter.result());
}

/** @throws Error in one line */
export function assertSame(
  name: string,
  written: { bytes: number; sha256: string },
  found: { bytes: number; sha256: string },
): void {
  if (found.bytes !== written.bytes)
    throw new Error(`${name} is damaged: it has ${found.bytes} bytes, not ${written.bytes}`);
  if (found.sha256 !== written.sha256)
    throw new Error(`${name} is damaged: its bytes are not those that were written`);
}

/** Reads the lines of a file of a backup. */
export const readLines = (dir: string, { path }: BackupFile): AsyncIterable<string> =>
  createInterface({ input: createReadStream(join(dir, path)), crlfDelay: Infinity });
