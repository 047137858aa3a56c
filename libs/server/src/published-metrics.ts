import { REDIS_PREFIX, type RedisClient } from '@drivewatch/redis';
import { hostname } from 'node:os';
import { collectDefaultMetrics, type MetricObjectWithValues, type MetricValue, Registry } from 'prom-client';

/** A set of the ids of the processes that publish. */
const PROCESSES_KEY = `${REDIS_PREFIX}:metrics:processes`;
/** Returns the key of an expiring string: the metrics of one process, as JSON. */
const metricsKey = (id: string): string => `${REDIS_PREFIX}:metrics:process:${id}`;

/** The period is long enough to add little to Redis's log of writes. */
const PUBLISH_EVERY_MS = 5_000;
/** Two publications may fail before the process counts as ended. */
const KEPT_MS = 16_000;

/** The ones among Node's own metrics that somebody looks at; the others are not worth a write to Redis's disk. */
const PUBLISHED =
  /^(?:drivewatch_|nodejs_eventloop_lag_|process_(?:cpu_seconds_total|resident_memory_bytes)$)/;

/** Metrics as returned by prom-client's `getMetricsAsJSON`. */
export type PublishedMetrics = MetricObjectWithValues<MetricValue<string>>[];

/**
 * Publishes the metrics of processes that nobody can ask over HTTP: every few seconds it writes them to Redis, from
 * where an API reads them. The series of each process carry its label, so that the counters of a process that ends stop
 * instead of making a sum fall.
 */
export class MetricsPublisher {
  readonly registry = new Registry();
  private readonly id = `${hostname()}:${process.pid}`;
  private timer: NodeJS.Timeout | null = null;
  private publishing: Promise<void> = Promise.resolve();
  private isPublishing = false;

  /** @param label the name of the label that tells processes of this kind apart, such as `consumer` */
  constructor(
    private readonly redis: RedisClient,
    label: string,
  ) {
    this.registry.setDefaultLabels({ [label]: this.id });
    collectDefaultMetrics({ register: this.registry });
  }

  start(): void {
    this.timer = setInterval(() => this.publishSoon(), PUBLISH_EVERY_MS);
    this.publishSoon();
  }

  /** Resolves when the publisher does not use Redis any more. */
  async stop(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    await this.publishing;
  }

  private publishSoon(): void {
    // Commands would pile up while Redis is away; the next publication contains everything.
    if (this.isPublishing || this.redis.status !== 'ready') return;
    this.isPublishing = true;
    this.publishing = this.publish()
      // An outage is reported by the connection itself.
      .catch(() => undefined)
      .finally(() => {
        this.isPublishing = false;
      });
  }

  private async publish(): Promise<void> {
    const metrics = (await this.registry.getMetricsAsJSON()) as PublishedMetrics;
    const published = JSON.stringify(metrics.filter(({ name }) => PUBLISHED.test(name)));
    await this.redis
      .multi()
      .sadd(PROCESSES_KEY, this.id)
      .set(metricsKey(this.id), published, 'PX', KEPT_MS)
      .exec();
  }
}

/**
 * Returns what the processes that are alive have published.
 *
 * @returns the metrics of each process
 * @throws the error of Redis while it is away
 */
export async function publishedMetrics(redis: RedisClient): Promise<PublishedMetrics[]> {
  const ids = await redis.smembers(PROCESSES_KEY);
  if (ids.length === 0) return [];
  const published = await redis.mget(ids.map(metricsKey));
  const ended = ids.filter((_, index) => published[index] === null);
  if (ended.length > 0) await redis.srem(PROCESSES_KEY, ended);
  return published.filter((json) => json !== null).map(readMetrics);
}

function readMetrics(json: string): PublishedMetrics {
  const metrics = JSON.parse(json) as PublishedMetrics;
  // A value that is not a number yet, such as the lag of an event loop that has just begun, is none in JSON either.
  return metrics.map((metric) => ({
    ...metric,
    values: metric.values.filter(({ value }) => typeof value === 'number'),
  }));
}
