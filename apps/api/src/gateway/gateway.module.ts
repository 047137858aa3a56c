import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module';
import { AlertFollower } from './alert-follower';
import { AlertStore } from './alert-store';
import { FirstPictures } from './first-pictures';
import { LiveGateway } from './live.gateway';
import { LiveSpeedsService } from './live-speeds.service';
import { OverspeedAlertsService } from './overspeed-alerts.service';
import { RemovedDriversService } from './removed-drivers.service';

@Module({
  imports: [AccessModule],
  providers: [
    LiveGateway,
    FirstPictures,
    LiveSpeedsService,
    AlertStore,
    AlertFollower,
    OverspeedAlertsService,
    RemovedDriversService,
  ],
  exports: [LiveGateway, LiveSpeedsService, OverspeedAlertsService, RemovedDriversService],
})
export class GatewayModule {}
