import { ARCHIVE_QUEUE, RECORD_QUEUE } from '@drivewatch/contracts';
import { RedisModule } from '@drivewatch/redis';
import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { AlertsModule } from '../alerts/alerts.module';
import { GatewayModule } from '../gateway/gateway.module';
import { IngestionModule } from '../ingestion/ingestion.module';
import { PublicFilesModule } from '../public-files/public-files.module';
import { SchedulerModule } from '../scheduler/scheduler.module';
import { ConnectionMetrics } from './connection-metrics';
import { HealthController } from './health.controller';
import { HealthService } from './health.service';
import { MetricsController } from './metrics.controller';
import { MetricsService } from './metrics.service';
import { QueueMetrics } from './queue-metrics';
import { QueueWatchService } from './queue-watch.service';
import { StoreMetrics } from './store-metrics';
import { SummaryMetrics } from './summary-metrics';

/** Whether the API is live and ready, its metrics, and the board of jobs. */
@Module({
  imports: [
    AlertsModule,
    GatewayModule,
    IngestionModule,
    PublicFilesModule,
    SchedulerModule,
    RedisModule.queues({ name: RECORD_QUEUE }, { name: ARCHIVE_QUEUE }),
    // The answer says what is down; a line in the log for every question of a balancer would add nothing.
    TerminusModule.forRoot({ logger: false }),
  ],
  controllers: [HealthController, MetricsController],
  providers: [
    ConnectionMetrics,
    QueueWatchService,
    QueueMetrics,
    StoreMetrics,
    SummaryMetrics,
    MetricsService,
    HealthService,
  ],
})
export class HealthModule {}
