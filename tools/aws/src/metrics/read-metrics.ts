import { METRIC_NAMESPACE, METRICS } from './metric-names';

/** When the sum of all instances' ticks was last seen to change. */
export interface TickWatch {
  readonly total: number;
  readonly changedAtMs: number;
}

/**
 * Returns the sum of a metric's series.
 *
 * @param text Prometheus' text format
 * @returns undefined if there is no such series
 */
export function sumOf(text: string, metric: string): number | undefined {
  const line = new RegExp(`^${metric}(?:\\{[^}]*\\})? (\\S+)`, 'gm');
  const values = [...text.matchAll(line)].map(([, value]) => Number(value));
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}

/**
 * Follows the ticks of all instances; an instance that ends or restarts changes the sum too, which counts as a tick.
 */
export function watchTicks(before: TickWatch | undefined, total: number, nowMs: number): TickWatch {
  return before?.total === total ? before : { total, changedAtMs: nowMs };
}

/**
 * Returns what CloudWatch is told, as a line of its log format for metrics.
 *
 * @param instances the `/metrics` of each API; at least one
 */
export function metricsLine(instances: readonly string[], ticks: TickWatch, nowMs: number): string {
  const anyOf = (metric: string) =>
    instances.map((text) => sumOf(text, metric)).find((value) => value !== undefined);
  const allOf = (metric: string) => instances.reduce((sum, text) => sum + (sumOf(text, metric) ?? 0), 0);
  const summariesAtSeconds = anyOf('drivewatch_summaries_last_success_timestamp_seconds');
  const values: [(typeof METRICS)[keyof typeof METRICS], number | undefined][] = [
    // The queue is the same for all; while Redis is away, nothing is known and nothing is reported.
    [METRICS.queueAge, anyOf('drivewatch_queue_oldest_waiting_seconds')],
    [METRICS.queueWaiting, anyOf('drivewatch_queue_waiting_jobs')],
    [METRICS.queueStalled, anyOf('drivewatch_queue_stalled_seconds')],
    [METRICS.failedJobs, anyOf('drivewatch_queue_failed_jobs')],
    [METRICS.connectedClients, allOf('drivewatch_connected_clients')],
    [METRICS.archiveFailedRuns, anyOf('drivewatch_archive_failed_runs')],
    [METRICS.archiveBacklog, anyOf('drivewatch_archive_backlog_seconds')],
    [METRICS.archiveDifferingDays, anyOf('drivewatch_archive_differing_days')],
    [METRICS.summariesAge, summariesAtSeconds === undefined ? undefined : nowMs / 1000 - summariesAtSeconds],
    [METRICS.tickDelay, (nowMs - ticks.changedAtMs) / 1000],
  ];
  const known = values.filter(([, value]) => value !== undefined);
  return JSON.stringify({
    _aws: {
      Timestamp: nowMs,
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [[]],
          Metrics: known.map(([{ name, unit }]) => ({ Name: name, Unit: unit })),
        },
      ],
    },
    ...Object.fromEntries(known.map(([{ name }, value]) => [name, value])),
  });
}

/** Returns the number of ticks that all instances have made. */
export const totalTicks = (instances: readonly string[]): number =>
  instances.reduce((sum, text) => sum + (sumOf(text, 'drivewatch_ticks_total') ?? 0), 0);
