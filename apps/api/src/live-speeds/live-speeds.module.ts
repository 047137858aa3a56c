import { Module } from '@nestjs/common';
import { LiveSpeedsService } from './live-speeds.service';

/** The recent speeds of every driver, as of the last tick. */
@Module({ providers: [LiveSpeedsService], exports: [LiveSpeedsService] })
export class LiveSpeedsModule {}
