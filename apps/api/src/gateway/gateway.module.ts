import { Module } from '@nestjs/common';
import { AlertStore } from './alert-store';
import { LiveGateway } from './live.gateway';
import { LiveSpeedsService } from './live-speeds.service';
import { OverspeedAlertsService } from './overspeed-alerts.service';

@Module({
  providers: [LiveGateway, LiveSpeedsService, AlertStore, OverspeedAlertsService],
  exports: [LiveGateway, LiveSpeedsService, OverspeedAlertsService],
})
export class GatewayModule {}
