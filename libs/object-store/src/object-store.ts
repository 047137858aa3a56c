import type { Readable } from 'node:stream';

/** An object that has just been stored. */
export interface StoredObject {
  readonly key: string;
  /** The size in bytes, as stored. */
  readonly size: number;
  /** The etag changes when the object does. */
  readonly etag: string;
}

/** A store's facts about an object without its bytes. */
export interface ObjectInfo extends StoredObject {
  readonly lastModifiedMs: number;
}

/** A range of an object's bytes, both ends included, as in HTTP; `0 <= first <= last < size`. */
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
  /** The URL is `file:///…` or `s3://bucket/prefix`, without a slash at its end. */
  readonly url: string;
  /**
   * Stores an object of any size as a stream. The object becomes visible as a whole when all of it has been stored, and
   * then stays, even after a loss of power. A writer that dies or throws before that leaves the old state. An object
   * with the same key is replaced. Errors of `body` itself are passed on.
   */
  put(key: string, body: ObjectBody): Promise<StoredObject>;
  /**
   * Opens an object; the caller reads the body to its end or destroys it.
   *
   * @param range the part of the object that the body is to contain
   * @throws ObjectNotFoundError
   */
  get(key: string, range?: ByteRange): Promise<ObjectInfo & { readonly body: Readable }>;
  /** Returns `null` when there is no such object. */
  head(key: string): Promise<ObjectInfo | null>;
  /**
   * Lists the objects whose keys begin with `prefix`, by key (UTF-8 order); nothing when there are none. The prefix is
   * text, not a folder: `a/b` finds `a/b` as well as `a/bc` and `a/b/c`.
   */
  list(prefix: string): AsyncIterable<ObjectInfo>;
  /**
   * Replaces a small object, such as a pointer to others, so that readers get either the old or the new one.
   *
   * @param replaces the etag that the caller has read, or `null` for "there is none": when another writer came first,
   * throws ObjectChangedError and leaves the other's object; undefined replaces any. This only holds if all writers of
   * the key give it.
   */
  publish(
    key: string,
    body: Uint8Array | string,
    options?: { readonly replaces?: string | null },
  ): Promise<StoredObject>;
  /** Deletes an object; nothing happens when there is none. */
  delete(key: string): Promise<void>;
}

/** Thrown when a key is invalid, or would lead out of the bucket. */
export class InvalidKeyError extends Error {
  override readonly name = 'InvalidKeyError';
}

/** Thrown when the store cannot be reached, refuses, or fails; the message names bucket and key. */
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
  /** The address of an S3-compatible server, which is addressed by path; undefined means AWS. */
  readonly s3Endpoint?: string | undefined;
  /** Makes a folder bucket private to its owner, whatever the process's umask; without it, the umask decides. */
  readonly isPrivate?: boolean;
}
