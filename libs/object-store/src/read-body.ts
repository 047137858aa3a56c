import type { ObjectBody } from './object-store';

/** Reads a body on its way into a store: counts its bytes, and keeps its own errors apart from those of the store. */
export class ReadBody implements AsyncIterable<Uint8Array> {
  /** The number of bytes read so far. */
  size = 0;
  /** The error, when the body itself threw one. */
  failure: { readonly error: unknown } | undefined;

  constructor(private readonly source: ObjectBody) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    if (typeof this.source === 'string' || this.source instanceof Uint8Array) {
      yield this.count(Buffer.from(this.source));
      return;
    }
    const iterator = this.source[Symbol.asyncIterator]();
    try {
      for (;;) {
        const { done, value } = await this.next(iterator);
        if (done === true) return;
        yield this.count(value);
      }
    } finally {
      await iterator.return?.();
    }
  }

  private async next(iterator: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array, undefined>> {
    try {
      return (await iterator.next()) as IteratorResult<Uint8Array, undefined>;
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }

  private count(chunk: Uint8Array): Uint8Array {
    this.size += chunk.byteLength;
    return chunk;
  }
}
