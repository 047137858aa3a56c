import { createHash } from 'node:crypto';

const LINE_FEED = 0x0a;

/** A part of a file's content that becomes an object of its own. */
export interface ContentPart {
  readonly bytes: number;
  /** Written in hexadecimal. */
  readonly sha256: string;
}

/** Determines the objects that a file becomes; it depends on the file's content alone. */
export interface ContentPlan {
  /** SHA-256 of the content, in hexadecimal. */
  readonly sha256: string;
  /** Empty when there is no content. */
  readonly parts: readonly ContentPart[];
}

/**
 * Reads a content once and determines where to split it: at the first line end at which a part has `partBytes` or more.
 */
export async function planContent(
  content: AsyncIterable<Uint8Array>,
  partBytes: number,
): Promise<ContentPlan> {
  const whole = createHash('sha256');
  const parts: ContentPart[] = [];
  let hash = createHash('sha256');
  let bytes = 0;
  const take = (piece: Uint8Array): void => {
    hash.update(piece);
    bytes += piece.length;
  };
  const endPart = (): void => {
    parts.push({ bytes, sha256: hash.digest('hex') });
    hash = createHash('sha256');
    bytes = 0;
  };
  for await (const piece of content) {
    whole.update(piece);
    let rest = piece;
    while (rest.length > 0) {
      const lineEnd = rest.indexOf(LINE_FEED, Math.max(0, partBytes - bytes - 1));
      if (lineEnd < 0 || bytes + lineEnd + 1 < partBytes) break;
      take(rest.subarray(0, lineEnd + 1));
      endPart();
      rest = rest.subarray(lineEnd + 1);
    }
    take(rest);
  }
  if (bytes > 0) endPart();
  return { sha256: whole.digest('hex'), parts };
}

/** The content of a file has changed since it was planned. */
export class ContentChangedError extends Error {
  override readonly name = 'ContentChangedError';
}

/** Yields the parts of a content one after the other, and checks that each is as planned. */
export class PartReader {
  private rest: Uint8Array = new Uint8Array();

  constructor(private readonly content: AsyncIterator<Uint8Array, void>) {}

  /**
   * Yields the next part, which has to be read to its end before the one after it.
   *
   * @throws ContentChangedError at the end of a part that has changed
   */
  async *part({ bytes, sha256 }: ContentPart): AsyncGenerator<Uint8Array, void> {
    const hash = createHash('sha256');
    for (let missing = bytes; missing > 0;) {
      if (this.rest.length === 0) {
        const { done, value } = await this.content.next();
        if (done === true) throw new ContentChangedError();
        this.rest = value;
      }
      const piece = this.rest.subarray(0, missing);
      this.rest = this.rest.subarray(piece.length);
      missing -= piece.length;
      hash.update(piece);
      // The check comes before the last piece is passed on: an object whose body ends is stored.
      if (missing === 0 && hash.digest('hex') !== sha256) throw new ContentChangedError();
      yield piece;
    }
  }
  /** Skips the next part. @throws ContentChangedError */
  async skip(part: ContentPart): Promise<void> {
    const pieces = this.part(part);
    while ((await pieces.next()).done !== true);
  }
}
