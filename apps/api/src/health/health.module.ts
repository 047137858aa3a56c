import { ARCHIVE_QUEUE, RECORD_QUEUE } from '@drivewatch/contracts';
import { RedisModule } from '@drivewatch/redis';
import { Global, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { ConnectionMetrics } from './connection-metrics';
import { HealthController } from './health.controller';
import { HealthService } from './health.service';
import { IngestionMetrics } from '../ingestion/ingestion-metrics';
import { LiveMetrics } from '../gateway/live-metrics';
import { MetricsController } from './metrics.controller';
import { MetricsService } from './metrics.service';
import { publicStoreProvider } from '../public-files/public-store';
import { QueueMetrics } from './queue-metrics';
import { QueueWatchService } from './queue-watch.service';
import { StoreMetrics } from './store-metrics';
import { SummaryMetrics } from './summary-metrics';
import { TickWatch } from '../scheduler/tick-watch';

/** Health, metrics and the board of jobs. Global for those that others count with. */
@Global()
@Module({
  imports: [
    RedisModule.queues({ name: RECORD_QUEUE }, { name: ARCHIVE_QUEUE }),
    // The answer says what is down; a line in the log for each time that a balancer asks would say it no better.
    TerminusModule.forRoot({ logger: false }),
  ],
  controllers: [HealthController, MetricsController],
  providers: [
    IngestionMetrics,
    LiveMetrics,
    ConnectionMetrics,
    TickWatch,
    QueueWatchService,
    QueueMetrics,
    StoreMetrics,
    publicStoreProvider,
    SummaryMetrics,
    MetricsService,
    HealthService,
  ],
  exports: [IngestionMetrics, LiveMetrics, TickWatch],
})
export class HealthModule {}
