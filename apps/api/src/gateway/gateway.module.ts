import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module';
import { AlertFollower } from '../alerts/alert-follower';
import { AlertStore } from '../alerts/alert-store';
import { FirstPictures } from './first-pictures';
import { LiveGateway } from './live.gateway';
import { LiveSpeedsService } from '../live-speeds/live-speeds.service';
import { OverspeedAlertsService } from '../alerts/overspeed-alerts.service';
import { RemovedDriversService } from '../scheduler/removed-drivers.service';

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
