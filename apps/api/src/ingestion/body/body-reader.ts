import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip, type Gunzip } from 'node:zlib';
import { bodyTooLarge, connectionLost, malformedGzip } from '../ingestion-errors';
import type { KeyBytes } from './in-flight-bytes';

const GUNZIP_CHUNK_BYTES = 64 * 1024;
/** Once this much has arrived and not been asked for, the sender is held back. */
const WAITING_BYTES = 64 * 1024;

export interface BodyOptions {
  isGzip: boolean;
  /** Counts decompressed bytes, like MAX_BODY_BYTES. */
  maxBytes: number;
  inFlight: Pick<KeyBytes, 'take' | 'give'>;
}

/**
 * Reads the body of a request chunk by chunk, at the pace of its consumer. Unlike with the iterator of a stream,
 * leaving early does not end the connection, since the sender is still to be answered.
 */
export class BodyReader implements AsyncIterable<Buffer> {
  private readonly stream: Readable;
  private readonly gunzip: Gunzip | null = null;
  private failure: Error | null = null;
  /** Thrown at the end, after all that has arrived. */
  private cutOff: Error | null = null;
  private ended = false;
  private wake: (() => void) | null = null;
  private readonly waiting: Buffer[] = [];
  private waitingBytes = 0;
  private total = 0;
  /** The bytes held that nobody has taken responsibility for yet. */
  private unassigned = 0;
  private held = 0;

  constructor(
    private readonly raw: IncomingMessage,
    private readonly options: BodyOptions,
  ) {
    // A gzip body only grows when decompressed, apart from tiny ones that shrink by a few bytes.
    if (Number(raw.headers['content-length']) > options.maxBytes) throw bodyTooLarge(options.maxBytes);
    this.stream = raw;
    if (options.isGzip) {
      this.gunzip = createGunzip({ chunkSize: GUNZIP_CHUNK_BYTES });
      this.gunzip.on('error', this.onGunzipError);
      this.stream = raw.pipe(this.gunzip);
    }
    raw.on('error', this.onLost);
    this.stream.on('data', this.onData);
    this.stream.on('end', this.onEnd);
  }

  /**
   * Resolves with the next chunk, or `null` at the end.
   *
   * @throws ProblemError when the body is too large, broken or cut off
   */
  async next(): Promise<Buffer | null> {
    for (;;) {
      if (this.failure !== null) throw this.failure;
      const chunk = this.waiting.shift();
      if (chunk !== undefined) {
        this.waitingBytes -= chunk.length;
        if (this.waiting.length === 0 && this.stream.isPaused()) this.stream.resume();
        return this.take(chunk);
      }
      if (this.ended && this.cutOff !== null) throw this.cutOff;
      if (this.ended) return null;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void> {
    for (let chunk = await this.next(); chunk !== null; chunk = await this.next()) yield chunk;
  }

  /** The bytes read since they were last assigned. */
  get unassignedBytes(): number {
    return this.unassigned;
  }

  /** Makes the caller responsible for the bytes read so far: it has to release that many. */
  assignBytes(): number {
    const bytes = this.unassigned;
    this.unassigned = 0;
    return bytes;
  }

  release(bytes: number): void {
    this.held -= bytes;
    this.options.inFlight.give(bytes);
  }

  /** Makes the reading end with this error. */
  fail(error: Error): void {
    this.failure ??= error;
    this.onChange();
  }

  /** Makes the reading end with this error. @param isOver nothing more can arrive; what has arrived is read first */
  cut(error: Error, isOver: boolean): void {
    if (!isOver) {
      this.fail(error);
      return;
    }
    this.cutOff ??= error;
    // Reading emits what waits in the request, also to gunzip.
    while (this.raw.read() !== null);
    if (this.gunzip === null) this.onEnd();
    else this.gunzip.end();
  }

  /** Gives all bytes back; the rest of the body is thrown away as it arrives, so that the connection can go on. */
  close(): void {
    const { raw, gunzip, stream } = this;
    this.release(this.held);
    // This is the usual case: everything has arrived, and no more events will follow.
    if (this.ended && gunzip === null) return;
    stream.off('data', this.onData);
    stream.off('end', this.onEnd);
    raw.off('error', this.onLost);
    if (gunzip !== null) {
      raw.unpipe(gunzip);
      gunzip.destroy();
    }
    if (!raw.readableEnded) raw.resume();
  }

  private take(chunk: Buffer): Buffer {
    this.total += chunk.length;
    if (this.total > this.options.maxBytes) throw bodyTooLarge(this.options.maxBytes);
    this.options.inFlight.take(chunk.length);
    this.held += chunk.length;
    this.unassigned += chunk.length;
    return chunk;
  }

  private readonly onData = (chunk: Buffer): void => {
    this.waiting.push(chunk);
    this.waitingBytes += chunk.length;
    if (this.waitingBytes >= WAITING_BYTES) this.stream.pause();
    this.onChange();
  };
  private readonly onChange = (): void => {
    const { wake } = this;
    this.wake = null;
    wake?.();
  };
  private readonly onEnd = (): void => {
    this.ended = true;
    this.onChange();
  };
  private readonly onLost = (): void => this.fail(connectionLost());
  private readonly onGunzipError = (): void => {
    if (this.cutOff === null) this.fail(malformedGzip());
    else this.onEnd();
  };
}
