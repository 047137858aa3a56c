import type { Readable } from 'node:stream';

/** An object as it has just been stored. */
export interface StoredObject {
  readonly key: string;
  /** Bytes, as stored. */
  readonly size: number;
  /** Changes when the object does. */
  readonly etag: string;
}

/** What a store says of an object without its bytes. */
export interface ObjectInfo extends StoredObject {
  readonly lastModifiedMs: number;
}

/** Bytes of an object, both ends included, as in HTTP; `0 <= first <= last < size`. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

export type ObjectBody = Uint8Array | string | AsyncIterable<Uint8Array>;

/**
 * A bucket: objects under keys such as `records/date=2017-01-01/a.csv`. Keys are relative and never leave the bucket;
 * every method throws {@link InvalidKeyError} for one that would, and {@link ObjectStoreError}, which names the bucket
 * and the key, when the store fails.
 */
export interface ObjectStore {
  /** `file:///…` or `s3://bucket/prefix`, without a slash at its end. */
  readonly url: string;
  /**
   * Stores an object of any size, streamed. It becomes visible as a whole when all of it has been stored, and is then
   * there for good, also after a loss of power; a writer that dies or throws before leaves what was there. An object of
   * the same key is replaced. What `body` itself throws is thrown on.
   */
  put(key: string, body: ObjectBody): Promise<StoredObject>;
  /**
   * Opens an object; the caller reads the body to its end or destroys it.
   *
   * @param range the part of the object that the body is to have
   * @throws ObjectNotFoundError
   */
  get(key: string, range?: ByteRange): Promise<ObjectInfo & { readonly body: Readable }>;
  /** `null` when there is none. */
  head(key: string): Promise<ObjectInfo | null>;
  /**
   * Objects whose keys begin with `prefix`, by key (UTF-8 order); none when there are none. The prefix is text, not a
   * folder: `a/b` finds `a/b` as well as `a/bc` and `a/b/c`.
   */
  list(prefix: string): AsyncIterable<ObjectInfo>;
  /**
   * Replaces a small object, such as a pointer to others, so that readers get the old or the new one and never less.
   *
   * @param replaces the etag that the caller has read, or `null` for "there is none": when another writer came first,
   *   throws ObjectChangedError and leaves the other's; undefined: whatever is there. All writers of the key have to
   *   say so for it to hold.
   */
  publish(
    key: string,
    body: Uint8Array | string,
    options?: { readonly replaces?: string | null },
  ): Promise<StoredObject>;
  /** Deletes an object; nothing happens when there is none. */
  delete(key: string): Promise<void>;
}

/** The key is none, or would lead out of the bucket. */
export class InvalidKeyError extends Error {
  override readonly name = 'InvalidKeyError';
}

/** The store cannot be reached, refuses, or fails; the message names bucket and key. */
export class ObjectStoreError extends Error {
  override readonly name: string = 'ObjectStoreError';
}

export class ObjectNotFoundError extends ObjectStoreError {
  override readonly name = 'ObjectNotFoundError';
}

export class ObjectChangedError extends ObjectStoreError {
  override readonly name = 'ObjectChangedError';
}

export interface ObjectStoreOptions {
  /** Address of an S3-compatible server, addressed by path; unset: AWS. */
  readonly s3Endpoint?: string | undefined;
  /** A bucket that is a folder is for its owner alone, whatever the process makes by itself; without it, as the process makes files. */
  readonly isPrivate?: boolean;
}
