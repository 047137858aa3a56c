import { createWriteStream, existsSync, mkdirSync, openSync, renameSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const MAX_BYTES = 10 * 1024 * 1024;
const KEPT_LINES = 12;

/** An app's output in a file; the file before it is kept as `….previous.log`. */
export class AppLog {
  private stream: WriteStream;
  private bytes = 0;
  private readonly recent: string[] = [];

  /** @param maxBytes size at which the file is put aside and a new one begun */
  constructor(
    readonly file: string,
    private readonly maxBytes = MAX_BYTES,
  ) {
    mkdirSync(dirname(file), { recursive: true });
    this.stream = this.begin();
  }

  /** Writes every line of a stream, and passes it on. */
  follow(output: Readable | null, onLine: (line: string) => void): void {
    if (!output) return;
    createInterface({ input: output, crlfDelay: Infinity }).on('line', (line) => {
      this.write(line);
      onLine(line);
    });
  }

  write(line: string): void {
    this.recent.push(line);
    if (this.recent.length > KEPT_LINES) this.recent.shift();
    this.bytes += Buffer.byteLength(line) + 1;
    this.stream.write(`${line}\n`);
    if (this.bytes < this.maxBytes) return;
    this.stream.end();
    this.stream = this.begin();
  }

  /** Returns the last dozen lines, for error messages. */
  lastLines(): string {
    return this.recent.join('\n');
  }

  private begin(): WriteStream {
    if (existsSync(this.file)) renameSync(this.file, this.file.replace(/(\.log)?$/, '.previous.log'));
    this.bytes = 0;
    // The file is opened synchronously: a stream opens its file later, when the next one may have been put in its
    // place.
    const stream = createWriteStream(this.file, { fd: openSync(this.file, 'w', 0o600) });
    // A full disk must not end the launcher: the apps go on, and their lines are lost.
    stream.on('error', () => undefined);
    return stream;
  }
}
