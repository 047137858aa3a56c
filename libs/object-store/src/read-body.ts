import type { ObjectBody } from './object-store';

/** A body on its way into a store: counts its bytes, and tells an error of its own from one of the store. */
export class ReadBody implements AsyncIterable<Uint8Array> {
  /** Bytes read so far. */
  size = 0;
  /** Set when the body itself threw. */
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
