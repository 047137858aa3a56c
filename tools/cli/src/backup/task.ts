import { hasOwnPublicBucket, publicBucketUrl, recordsBucketUrl } from '@drivewatch/config';
import { type ObjectStore, openObjectStore } from '@drivewatch/object-store';
import type { BackupConfig } from './settings';

/** What a backup or a restore works with. */
export interface Task {
  readonly config: BackupConfig;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** The absolute path of the backup's folder. */
  readonly dir: string;
  readonly withBuckets: boolean;
  /** Receives one line for each step. */
  readonly print: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The buckets of the settings; each is a folder of the same name in a backup. */
export const BUCKETS = ['private', 'public'] as const;
export type BucketName = (typeof BUCKETS)[number];

export const bucketOf = ({ config }: Task, name: BucketName): ObjectStore => {
  const s3Endpoint = config.S3_ENDPOINT;
  return name === 'private'
    ? openObjectStore(recordsBucketUrl(config), { s3Endpoint, isPrivate: true })
    : openObjectStore(publicBucketUrl(config), { s3Endpoint, isPrivate: hasOwnPublicBucket(config) });
};

/** @returns a function that returns the time since then, as `1.2 s` */
export function stopwatch(): () => string {
  const startedAt = performance.now();
  return () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}

export const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
