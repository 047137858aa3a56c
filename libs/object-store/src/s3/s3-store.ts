import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { checkKey, checkPrefix } from '../object-key';
import {
  type ByteRange,
  type ObjectBody,
  ObjectChangedError,
  type ObjectInfo,
  ObjectNotFoundError,
  type ObjectStore,
  ObjectStoreError,
  type StoredObject,
} from '../object-store';
import { ReadBody } from '../read-body';
import { servedAs } from '../served-as';
import { createS3Client } from './s3-client';

/** 10,000 parts of this size, the most that S3 takes, are 156 GiB. */
const PART_BYTES = 16 * 1024 * 1024;
/** How many parts are in memory and being sent at the same time. */
const PARTS_AT_ONCE = 3;

/**
 * A bucket of S3 or of a server that speaks its protocol, or the keys in it that begin with a prefix. Parts of objects
 * whose writer died stay invisible in S3 until the bucket's lifecycle rule removes them (AbortIncompleteMultipartUpload).
 */
export class S3Store implements ObjectStore {
  readonly url: string;
  private readonly client: S3Client;
  private readonly keyPrefix: string;

  /**
   * @param prefix has no slashes at its ends; empty means the whole bucket
   * @param endpoint the URL of an S3-compatible server; undefined means AWS
   */
  constructor(
    private readonly bucket: string,
    prefix: string,
    endpoint: string | undefined,
  ) {
    this.url = `s3://${bucket}${prefix && `/${checkKey(prefix)}`}`;
    this.keyPrefix = prefix && `${prefix}/`;
    this.client = createS3Client(endpoint);
  }

  async put(key: string, body: ObjectBody): Promise<StoredObject> {
    if (typeof body === 'string' || body instanceof Uint8Array) return this.putAtOnce(key, body);
    const source = new ReadBody(body);
    const upload = new Upload({
      client: this.client,
      params: { ...this.target(key), ...headersOf(key), Body: Readable.from(source) },
      partSize: PART_BYTES,
      queueSize: PARTS_AT_ONCE,
    });
    try {
      const { ETag } = await upload.done();
      return { key, size: source.size, etag: ETag ?? '' };
    } catch (error) {
      if (source.failure !== undefined) throw source.failure.error;
      throw this.failed('store', key, error);
    }
  }

  async get(key: string, range?: ByteRange): Promise<ObjectInfo & { readonly body: Readable }> {
    const command = new GetObjectCommand({
      ...this.target(key),
      ...(range && { Range: `bytes=${range.first}-${range.last}` }),
    });
    try {
      const output = await this.client.send(command);
      const total = Number(output.ContentRange?.split('/')[1] ?? output.ContentLength);
      return { ...infoOf(key, { ...output, Size: total }), body: output.Body as Readable };
    } catch (error) {
      if (isCalled(error, 'NoSuchKey')) {
        throw new ObjectNotFoundError(`There is no object ${this.url}/${key}`, { cause: error });
      }
      throw this.failed('read', key, error);
    }
  }

  async head(key: string): Promise<ObjectInfo | null> {
    const command = new HeadObjectCommand(this.target(key));
    try {
      const output = await this.client.send(command);
      return infoOf(key, { ...output, Size: output.ContentLength });
    } catch (error) {
      if (isCalled(error, 'NotFound')) return null;
      throw this.failed('read', key, error);
    }
  }

  async *list(prefix: string): AsyncGenerator<ObjectInfo> {
    const input = { Bucket: this.bucket, Prefix: this.keyPrefix + checkPrefix(prefix) };
    try {
      for await (const page of paginateListObjectsV2({ client: this.client }, input)) {
        for (const item of page.Contents ?? []) {
          const key = (item.Key ?? '').slice(this.keyPrefix.length);
          // Web consoles make empty objects called `folder/`; none of our keys ends like that.
          if (!key.endsWith('/')) yield infoOf(key, item);
        }
      }
    } catch (error) {
      throw this.failed('list', prefix, error);
    }
  }

  async publish(
    key: string,
    body: Uint8Array | string,
    options: { readonly replaces?: string | null } = {},
  ): Promise<StoredObject> {
    const { replaces } = options;
    if (replaces === undefined) return this.putAtOnce(key, body);
    return this.putAtOnce(key, body, replaces === null ? { IfNoneMatch: '*' } : { IfMatch: replaces });
  }

  async delete(key: string): Promise<void> {
    const command = new DeleteObjectCommand(this.target(key));
    try {
      await this.client.send(command);
    } catch (error) {
      throw this.failed('delete', key, error);
    }
  }

  private async putAtOnce(
    key: string,
    text: Uint8Array | string,
    condition: { IfMatch?: string; IfNoneMatch?: string } = {},
  ): Promise<StoredObject> {
    const body = Buffer.from(text);
    const command = new PutObjectCommand({
      ...this.target(key),
      ...headersOf(key),
      ...condition,
      Body: body,
    });
    try {
      const { ETag } = await this.client.send(command);
      return { key, size: body.byteLength, etag: ETag ?? '' };
    } catch (error) {
      if (isChangedMeanwhile(error, condition)) {
        const own = await this.ownOfLostAnswer(error, key, body);
        if (own !== null) return own;
        throw new ObjectChangedError(`${this.url}/${key} has been changed by another writer`, {
          cause: error,
        });
      }
      throw this.failed('store', key, error);
    }
  }

  /** Finds the object of the first attempt, which a second one meets when only the answer to the first was lost. */
  private async ownOfLostAnswer(error: unknown, key: string, body: Buffer): Promise<StoredObject | null> {
    if (!(error instanceof S3ServiceException) || (error.$metadata.attempts ?? 1) === 1) return null;
    const { body: stored, ...info } = await this.get(key);
    return body.equals(await buffer(stored)) ? info : null;
  }

  private target(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.bucket, Key: this.keyPrefix + checkKey(key) };
  }

  private failed(what: string, key: string, cause: unknown): Error {
    if (cause instanceof ObjectStoreError) return cause;
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    return new ObjectStoreError(`Cannot ${what} ${this.url}/${key}: ${reason}`, { cause });
  }
}

function headersOf(key: string) {
  const { contentType, contentEncoding, cacheControl } = servedAs(key);
  return {
    ContentType: contentType,
    CacheControl: cacheControl,
    ...(contentEncoding !== undefined && { ContentEncoding: contentEncoding }),
  };
}

function infoOf(
  key: string,
  output: { Size?: number | undefined; ETag?: string | undefined; LastModified?: Date | undefined },
): ObjectInfo {
  return {
    key,
    size: output.Size ?? 0,
    etag: output.ETag ?? '',
    lastModifiedMs: output.LastModified?.getTime() ?? 0,
  };
}

const isCalled = (error: unknown, name: string): boolean =>
  error instanceof S3ServiceException && error.name === name;

/**
 * Returns whether another writer came first: S3 answers 412, 409 while two writers are under way, and 404 when the
 * object to be replaced is gone.
 */
function isChangedMeanwhile(error: unknown, condition: { IfMatch?: string; IfNoneMatch?: string }): boolean {
  if (isCalled(error, 'PreconditionFailed') || isCalled(error, 'ConditionalRequestConflict')) return true;
  return condition.IfMatch !== undefined && isCalled(error, 'NoSuchKey');
}
