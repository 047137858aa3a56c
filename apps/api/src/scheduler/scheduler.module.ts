import { Module } from '@nestjs/common';
import { AlertsModule } from '../alerts/alerts.module';
import { GatewayModule } from '../gateway/gateway.module';
import { IngestionModule } from '../ingestion/ingestion.module';
import { LiveSpeedsModule } from '../live-speeds/live-speeds.module';
import { RemovedDriversService } from './removed-drivers.service';
import { TickMetrics } from './tick-metrics';
import { TickService } from './tick.service';
import { TickWatch } from './tick-watch';

/** What happens by the clock: ticks, and what is reviewed along with them. */
@Module({
  imports: [AlertsModule, GatewayModule, IngestionModule, LiveSpeedsModule],
  providers: [RemovedDriversService, TickMetrics, TickService, TickWatch],
  exports: [TickMetrics, TickWatch],
})
export class SchedulerModule {}
