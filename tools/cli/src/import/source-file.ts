import { access, constants, open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ImportError } from './import-error';

const READ_BYTES = 256 * 1024;
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

export interface ReadOptions {
  readonly signal: AbortSignal;
  /** Called with how many more bytes of the file have been read. */
  readonly onRead?: (bytes: number) => void;
}

/** A file that the user named, plain or compressed with gzip. */
export class SourceFile {
  private constructor(
    /** The name as the user wrote it. */
    readonly name: string,
    private readonly path: string,
    /** Size in bytes, as the file is stored. */
    readonly size: number,
  ) {}

  /** @throws ImportError if it is no file, or may not be read */
  static async find(name: string, path: string): Promise<SourceFile> {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) throw new ImportError(`${name}: no such file (looked for ${path})`);
    if (found.isDirectory()) throw new ImportError(`${name}: is a folder; name the files in it`);
    // The file is read twice, so it must not be a pipe.
    if (!found.isFile()) throw new ImportError(`${name}: is no ordinary file`);
    await access(path, constants.R_OK).catch((cause: unknown) => {
      throw new ImportError(`${name}: may not be read by this user`, { cause });
    });
    return new SourceFile(name, path, found.size);
  }

  /**
   * The part of object names that describes the file: its name without `.csv` and `.gz`, in plain characters. It begins
   * with a letter or digit, because Spark ignores files whose names begin with `_` or a dot.
   */
  get title(): string {
    const plain = basename(this.path)
      .replace(/\.gz$/i, '')
      .replace(/\.csv$/i, '')
      .replace(/[^A-Za-z0-9._-]+/g, '_')
      .replace(/^[^A-Za-z0-9]+/, '');
    return plain === '' ? 'file' : plain.slice(0, 100);
  }

  /**
   * Yields the text of the file in UTF-8: uncompressed, without a byte order mark, in pieces.
   *
   * @throws ImportError when it cannot be read or is not a complete gzip file; the signal's reason
   */
  async *content({ signal, onRead }: ReadOptions): AsyncGenerator<Buffer, void> {
    try {
      const pieces = await this.plain(signal, onRead);
      let atStart = true;
      for await (const piece of pieces) {
        const marked = atStart && piece.subarray(0, 3).equals(BYTE_ORDER_MARK);
        atStart = false;
        yield marked ? piece.subarray(3) : piece;
      }
    } catch (cause) {
      signal.throwIfAborted();
      const { code = '', message } = cause as NodeJS.ErrnoException;
      const reason = code.startsWith('Z_')
        ? `is no whole gzip file (${message})`
        : `cannot be read: ${message}`;
      throw new ImportError(`${this.name}: ${reason}`, { cause });
    }
  }

  private async plain(signal: AbortSignal, onRead?: (bytes: number) => void): Promise<AsyncIterable<Buffer>> {
    const handle = await open(this.path);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    const raw = counted(handle.createReadStream({ start: 0, highWaterMark: READ_BYTES, signal }), onRead);
    if (bytesRead < 2 || !buffer.equals(GZIP_MAGIC)) return raw;
    // An error on the way ends the reading of the output.
    return pipeline(raw, createGunzip({ chunkSize: READ_BYTES }), () => undefined);
  }
}

async function* counted(
  pieces: AsyncIterable<Buffer>,
  onRead: ((bytes: number) => void) | undefined,
): AsyncGenerator<Buffer, void> {
  for await (const piece of pieces) {
    onRead?.(piece.length);
    yield piece;
  }
}
