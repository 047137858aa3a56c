import { fileURLToPath } from 'node:url';
import { FolderStore } from './folder/folder-store';
import type { ObjectStore, ObjectStoreOptions } from './object-store';
import { S3Store } from './s3/s3-store';

/**
 * Opens the store of a bucket; this reads and creates nothing yet.
 *
 * @param url `file:///…` or `s3://bucket/prefix`
 * @throws TypeError for any other URL
 */
export function openObjectStore(url: string, options: ObjectStoreOptions = {}): ObjectStore {
  if (url.startsWith('file:///')) return new FolderStore(fileURLToPath(url), options.isPrivate);
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(url) ?? [];
  if (bucket === undefined) throw new TypeError(`${url} is no bucket: allowed are file:/// and s3:// URLs`);
  return new S3Store(bucket, prefix.replace(/\/+$/, ''), options.s3Endpoint);
}
