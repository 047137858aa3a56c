import {
  COMPRESSED_COPIES,
  hasCompressedCopies,
  InvalidKeyError,
  type ObjectInfo,
  ObjectNotFoundError,
  type ObjectStore,
  ObjectStoreError,
  servedAs,
} from '@drivewatch/object-store';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refuseOtherMethods } from '../../http/allowed-methods';
import { nothingAt, ProblemError } from '../../http/problem-error';
import { acceptsEncoding, isUnchanged, rangeOf } from './conditional-request';

/** The path where the API acts as the CDN. */
const PREFIX = '/cdn/';
/** How many times an object may be replaced between finding and opening it. */
const ATTEMPTS = 5;

/**
 * The headers of every answer, errors included: pages of any origin may read it, and it never acts as a page of this
 * one.
 */
const COMMON_HEADERS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'ETag, Content-Range, Content-Encoding',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'X-Content-Type-Options': 'nosniff',
};

/**
 * Serves the objects of the public bucket below `/cdn/`, as a CDN in front of that bucket would: read-only, with ETags
 * and byte ranges, and with the headers that follow from their keys. Nothing whose name begins with a dot is served.
 */
export function servePublicBucket(server: FastifyInstance, bucket: ObjectStore): void {
  const url = `${PREFIX}*`;
  server.route<{ Params: { '*': string } }>({
    url,
    method: ['GET', 'HEAD'],
    config: { access: 'public' },
    handler: async (request, reply) => {
      void reply.headers(COMMON_HEADERS);
      return answer(bucket, request.params['*'], request, reply).catch(throwUnavailable);
    },
  });
  refuseOtherMethods(server, url, ['GET', 'HEAD']);
}

async function answer(
  bucket: ObjectStore,
  key: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const info = await find(bucket, key, request.headers['accept-encoding']);
    const range = rangeOf(request.headers, info.size, info);
    if (range === 'unsatisfiable') {
      void reply.header('Content-Range', `bytes */${info.size}`);
      throw new ProblemError('RANGE_NOT_SATISFIABLE', `The file has ${info.size} bytes`);
    }
    if (isUnchanged(request.headers, info)) return describe(reply, key, info).status(304).send();
    if (request.method === 'HEAD') {
      return describe(reply, key, info).header('Content-Length', info.size).send();
    }
    const object = await open(bucket, info, range);
    if (object === null) continue;
    describe(reply, key, info);
    if (range === undefined) return reply.header('Content-Length', info.size).send(object.body);
    return reply
      .status(206)
      .header('Content-Range', `bytes ${range.first}-${range.last}/${info.size}`)
      .header('Content-Length', range.last - range.first + 1)
      .send(object.body);
  }
  throw new ObjectStoreError(`${bucket.url}/${key} is replaced all the time`);
}

/** Finds the object, or the compressed copy of it that the client accepts. @throws ProblemError NOT_FOUND */
async function find(bucket: ObjectStore, key: string, accepted: string | undefined): Promise<ObjectInfo> {
  if (key.split('/').some((segment) => segment.startsWith('.'))) throw notFound(key);
  try {
    for (const { ending, encoding } of hasCompressedCopies(key) ? COMPRESSED_COPIES : []) {
      const copy = acceptsEncoding(accepted, encoding) ? await bucket.head(key + ending) : null;
      if (copy !== null) return copy;
    }
    const info = await bucket.head(key);
    if (info !== null) return info;
  } catch (error) {
    if (!(error instanceof InvalidKeyError)) throw error;
  }
  throw notFound(key);
}

/** @returns null when it has been replaced or deleted in the meantime */
async function open(
  bucket: ObjectStore,
  { key, etag }: ObjectInfo,
  range: Parameters<ObjectStore['get']>[1],
) {
  try {
    const object = await bucket.get(key, range);
    if (object.etag === etag) return object;
    object.body.destroy();
    return null;
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return null;
    throw error;
  }
}

/** @param key the key that was asked for; `info` may be that of its compressed copy */
function describe(reply: FastifyReply, key: string, info: ObjectInfo): FastifyReply {
  const { contentType, contentEncoding, cacheControl } = servedAs(info.key);
  if (contentEncoding !== undefined) void reply.header('Content-Encoding', contentEncoding);
  if (hasCompressedCopies(key)) void reply.header('Vary', 'Accept-Encoding');
  return reply.headers({
    'Accept-Ranges': 'bytes',
    'Cache-Control': cacheControl,
    'Content-Type': contentType,
    ETag: info.etag,
    'Last-Modified': new Date(info.lastModifiedMs).toUTCString(),
  });
}

const notFound = (key: string): ProblemError => nothingAt(PREFIX + key);

/** Turns a failure of the bucket into what the client is told; rethrows anything else. */
function throwUnavailable(error: unknown): never {
  if (!(error instanceof ObjectStoreError)) throw error;
  throw new ProblemError('BUCKET_UNAVAILABLE', 'The file cannot be read now; ask again after Retry-After', {
    cause: error,
  });
}
