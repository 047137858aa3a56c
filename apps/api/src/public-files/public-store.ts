import { type ApiConfig, publicBucketUrl } from '@drivewatch/config';
import { type ObjectStore, openObjectStore } from '@drivewatch/object-store';
import type { FactoryProvider } from '@nestjs/common';
import { API_CONFIG } from '../config.module';

/** The injection token of the bucket that everyone may read, an {@link ObjectStore}. */
export const PUBLIC_STORE = Symbol('PUBLIC_STORE');

export const publicStoreProvider: FactoryProvider<ObjectStore> = {
  provide: PUBLIC_STORE,
  inject: [API_CONFIG],
  useFactory: (config: ApiConfig) =>
    openObjectStore(publicBucketUrl(config), { s3Endpoint: config.S3_ENDPOINT }),
};
