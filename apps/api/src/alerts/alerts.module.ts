import { Module } from '@nestjs/common';
import { AlertFollower } from './alert-follower';
import { AlertMetrics } from './alert-metrics';
import { AlertStore } from './alert-store';
import { OverspeedAlertsService } from './overspeed-alerts.service';

/** Who is speeding: decided from what records say, kept in Redis, and followed by every instance. */
@Module({
  providers: [AlertFollower, AlertMetrics, AlertStore, OverspeedAlertsService],
  exports: [AlertFollower, AlertMetrics, AlertStore, OverspeedAlertsService],
})
export class AlertsModule {}
