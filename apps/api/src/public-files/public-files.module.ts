import { Module } from '@nestjs/common';
import { PUBLIC_STORE, publicStoreProvider } from './public-store';

/** What everybody may read: the dashboard's files and the public bucket. */
@Module({ providers: [publicStoreProvider], exports: [PUBLIC_STORE] })
export class PublicFilesModule {}
