import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';

const bucketUrl = z
  .url({ protocol: /^(file|s3)$/, error: 'must be a file:/// or s3:// URL' })
  .refine(
    (url) => !url.startsWith('file:') || url.startsWith('file:///'),
    'must be file:/// and an absolute path',
  )
  .refine(
    (url) => !url.startsWith('s3:') || /^s3:\/\/[a-z0-9][a-z0-9.-]+/.test(url),
    'must be s3://bucket or s3://bucket/prefix',
  );

/** The place where Drivewatch keeps what it makes on this machine. */
export const dataDir = {
  /** The folder of the embedded PostgreSQL and Redis, buckets and logs; relative to the working folder. */
  DRIVEWATCH_DIR: z.string().default('.drivewatch'),
};

/** Unset, the bucket is a folder below DRIVEWATCH_DIR (see recordsBucketUrl). */
export const privateBucket = { ...dataDir, RECORDS_BUCKET: bucketUrl.optional() };
export const publicBucket = { ...dataDir, PUBLIC_BUCKET: bucketUrl.optional() };

/** Credentials and region come from the environment as the AWS SDK reads it. */
export const s3 = {
  /** The address of an S3-compatible server, which is addressed by path; unset means AWS. */
  S3_ENDPOINT: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }).optional(),
};

/**
 * Returns the URL of a bucket: the one in the environment, or a folder of its own below DRIVEWATCH_DIR, relative to the
 * working folder.
 */
export function recordsBucketUrl(config: {
  DRIVEWATCH_DIR: string;
  RECORDS_BUCKET?: string | undefined;
}): string {
  return config.RECORDS_BUCKET ?? folderUrl(config.DRIVEWATCH_DIR, 'records-bucket');
}

/** Does the same as {@link recordsBucketUrl} for the bucket that everyone may read. */
export function publicBucketUrl(config: {
  DRIVEWATCH_DIR: string;
  PUBLIC_BUCKET?: string | undefined;
}): string {
  return config.PUBLIC_BUCKET ?? folderUrl(config.DRIVEWATCH_DIR, 'public-bucket');
}

/**
 * Returns whether the public bucket is a folder that only Drivewatch itself serves, so that its files need to be
 * readable by their owner alone; files in a folder elsewhere are for the server that reads it.
 */
export const hasOwnPublicBucket = (config: { PUBLIC_BUCKET?: string | undefined }): boolean =>
  config.PUBLIC_BUCKET === undefined;

const folderUrl = (...path: string[]): string => pathToFileURL(resolve(...path)).href;
