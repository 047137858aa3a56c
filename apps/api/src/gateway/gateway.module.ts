import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module';
import { AlertsModule } from '../alerts/alerts.module';
import { LiveSpeedsModule } from '../live-speeds/live-speeds.module';
import { FirstPictures } from './first-pictures';
import { InstanceLink } from './instance-link';
import { LiveGateway } from './live.gateway';
import { LiveMetrics } from './live-metrics';

/** The dashboards' socket: who is connected, and what they are sent. */
@Module({
  imports: [AccessModule, AlertsModule, LiveSpeedsModule],
  providers: [FirstPictures, InstanceLink, LiveGateway, LiveMetrics],
  exports: [LiveGateway, LiveMetrics],
})
export class GatewayModule {}
