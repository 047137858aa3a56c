import { publishedMetrics, type PublishedMetrics } from '@drivewatch/server';
import { REDIS, type RedisClient } from '@drivewatch/redis';
import { Inject, Injectable } from '@nestjs/common';
import { AlertMetrics } from '../alerts/alert-metrics';
import { TickMetrics } from '../scheduler/tick-metrics';
import { AggregatorRegistry, collectDefaultMetrics, Registry } from 'prom-client';
import { ConnectionMetrics } from './connection-metrics';
import { IngestionMetrics } from '../ingestion/ingestion-metrics';
import { LiveMetrics } from '../gateway/live-metrics';
import { QueueMetrics } from './queue-metrics';
import { StoreMetrics } from './store-metrics';
import { SummaryMetrics } from './summary-metrics';

/** Everything that this process, the queue and the consumers count, for Prometheus. */
@Injectable()
export class MetricsService {
  private readonly ofNode = new Registry();

  constructor(
    private readonly ingestion: IngestionMetrics,
    private readonly live: LiveMetrics,
    private readonly alerts: AlertMetrics,
    private readonly ticks: TickMetrics,
    private readonly connections: ConnectionMetrics,
    private readonly queue: QueueMetrics,
    private readonly stores: StoreMetrics,
    private readonly summaries: SummaryMetrics,
    @Inject(REDIS) private readonly redis: RedisClient,
  ) {
    collectDefaultMetrics({ register: this.ofNode });
  }

  /** @returns text in the format of Prometheus; while Redis is away, it lacks what only Redis knows */
  async text(): Promise<string> {
    const [queue, stores, summaries] = await Promise.all([
      this.queue.read(),
      this.stores.read(),
      this.summaries.read(),
    ]);
    const consumers = await publishedMetrics(this.redis).catch((): PublishedMetrics[] => []);
    const registries = [
      this.ingestion.registry,
      this.live.registry,
      this.alerts.registry,
      this.ticks.registry,
      this.connections.registry,
      queue,
      stores,
      summaries,
      this.ofNode,
    ];
    const own = await Promise.all(registries.map((registry) => registry.getMetricsAsJSON()));
    return await AggregatorRegistry.aggregate([...own, ...consumers]).metrics();
  }
}
