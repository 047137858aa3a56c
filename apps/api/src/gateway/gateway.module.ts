import { Module } from '@nestjs/common';
import { AlertFollower } from './alert-follower';
import { AlertStore } from './alert-store';
import { LiveGateway } from './live.gateway';
import { LiveSpeedsService } from './live-speeds.service';
import { OverspeedAlertsService } from './overspeed-alerts.service';

import { RemovedDriversService } from './removed-drivers.service';

@Module({
  providers: [
    LiveGateway,
    LiveSpeedsService,
    AlertStore,
    AlertFollower,
    OverspeedAlertsService,
    RemovedDriversService,
  ],
  exports: [LiveGateway, LiveSpeedsService, OverspeedAlertsService, RemovedDriversService],
})
export class GatewayModule {}
