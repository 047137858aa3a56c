import { DurabilityWatch } from '@drivewatch/redis';
import { Injectable } from '@nestjs/common';
import { Registry } from 'prom-client';
import { gaugesIn } from './gauges';
import { QueueWatchService } from './queue-watch.service';

/** The state of the record queue as metrics, read on demand. While Redis is away, they say only that. */
@Injectable()
export class QueueMetrics {
  private readonly registry = new Registry();
  private readonly gauge = gaugesIn(this.registry);
  private readonly redisUp = this.gauge('drivewatch_redis_up', '1 when Redis answers, 0 when it does not');
  private readonly redisDurable = this.gauge(
    'drivewatch_redis_durable',
    '1 when Redis keeps what it confirms, 0 when it does not',
  );
  private readonly waiting = this.gauge('drivewatch_queue_waiting_jobs', 'Jobs that no consumer has begun');
  private readonly active = this.gauge('drivewatch_queue_active_jobs', 'Jobs that consumers are storing');
  private readonly failed = this.gauge(
    'drivewatch_queue_failed_jobs',
    'Jobs that were given up and are kept',
  );
  private readonly oldest = this.gauge(
    'drivewatch_queue_oldest_waiting_seconds',
    'Age of the next job, 0 when none waits',
  );
  private readonly stalled = this.gauge(
    'drivewatch_queue_stalled_seconds',
    'How long there have been jobs of which none was finished',
  );

  constructor(
    private readonly watch: QueueWatchService,
    private readonly durability: DurabilityWatch,
  ) {}

  /** @returns the gauges, set to the present state */
  async read(): Promise<Registry> {
    try {
      const [queue, { problem }] = await Promise.all([this.watch.look(), this.durability.look()]);
      const { waiting, active, failed, oldestWaitingAtMs, stalledMs } = queue;
      const ageMs = oldestWaitingAtMs === null ? 0 : Math.max(0, Date.now() - oldestWaitingAtMs);
      this.redisUp.set(1);
      this.redisDurable.set(problem === null ? 1 : 0);
      this.waiting.set(waiting);
      this.active.set(active);
      this.failed.set(failed);
      this.oldest.set(ageMs / 1000);
      this.stalled.set(stalledMs / 1000);
    } catch {
      const unknown = [this.redisDurable, this.waiting, this.active, this.failed, this.oldest, this.stalled];
      for (const gauge of unknown) gauge.remove();
      this.redisUp.set(0);
    }
    return this.registry;
  }
}
