import { readFileSync } from 'node:fs';
import { metricsLine, sumOf, totalTicks, watchTicks } from './read-metrics';

const AN_API = `# HELP drivewatch_ticks_total Ticks sent to the connected pages
# TYPE drivewatch_ticks_total counter
drivewatch_ticks_total 41
drivewatch_connected_clients 12
drivewatch_queue_oldest_waiting_seconds 7.5
drivewatch_queue_waiting_jobs 3
drivewatch_queue_stalled_seconds 0
drivewatch_queue_failed_jobs 2
drivewatch_archive_failed_runs 1
drivewatch_archive_backlog_seconds 90
drivewatch_archive_differing_days 4
drivewatch_summaries_last_success_timestamp_seconds 35.5
drivewatch_records_stored_total{consumer="a:1"} 100
drivewatch_records_stored_total{consumer="b:1"} 50
`;
const ANOTHER_WITHOUT_REDIS =
  'drivewatch_ticks_total 2\ndrivewatch_connected_clients 5\ndrivewatch_redis_up 0\n';

describe(sumOf.name, () => {
  it.each([
    ['drivewatch_queue_oldest_waiting_seconds', 7.5],
    ['drivewatch_records_stored_total', 150],
    ['drivewatch_queue', undefined],
    ['drivewatch_unknown', undefined],
  ])('adds up the series of %s alone', (metric, sum) => {
    expect(sumOf(AN_API, metric)).toBe(sum);
  });
});

describe(watchTicks.name, () => {
  it('remembers when the sum of all instances last changed', () => {
    const first = watchTicks(undefined, 43, 1_000);
    expect(watchTicks(first, 43, 61_000)).toEqual({ total: 43, changedAtMs: 1_000 });
    expect(watchTicks(first, 44, 61_000)).toEqual({ total: 44, changedAtMs: 61_000 });
  });

  it('counts an instance that has ended as a sign of life', () => {
    expect(watchTicks({ total: 43, changedAtMs: 0 }, 2, 61_000).changedAtMs).toBe(61_000);
  });
});

describe(metricsLine.name, () => {
  it('takes the queue from any API that knows it, and adds up pages', () => {
    const line = metricsLine([ANOTHER_WITHOUT_REDIS, AN_API], { total: 43, changedAtMs: 5_000 }, 65_000);
    expect(JSON.parse(line)).toMatchObject({
      QueueOldestWaitingSeconds: 7.5,
      QueueWaitingJobs: 3,
      QueueStalledSeconds: 0,
      QueueFailedJobs: 2,
      ArchiveFailedRuns: 1,
      ArchiveBacklogSeconds: 90,
      ArchiveDifferingDays: 4,
      SummariesAgeSeconds: 29.5,
      ConnectedClients: 17,
      TickDelaySeconds: 60,
    });
    expect(totalTicks([ANOTHER_WITHOUT_REDIS, AN_API])).toBe(43);
  });

  it('is in the format that CloudWatch reads, and omits an unknown queue', () => {
    const line = metricsLine([ANOTHER_WITHOUT_REDIS], { total: 2, changedAtMs: 65_000 }, 65_000);
    const { _aws: aws, ...values } = JSON.parse(line) as Record<string, unknown>;
    expect(aws).toEqual({
      Timestamp: 65_000,
      CloudWatchMetrics: [
        {
          Namespace: 'Drivewatch',
          Dimensions: [[]],
          Metrics: [
            { Name: 'ConnectedClients', Unit: 'Count' },
            { Name: 'TickDelaySeconds', Unit: 'Seconds' },
          ],
        },
      ],
    });
    expect(values).toEqual({ ConnectedClients: 5, TickDelaySeconds: 0 });
  });
});

describe('the metrics that are read', () => {
  it('are metrics of the API', () => {
    // Tests run in the workspace's folder.
    const documented = readFileSync('docs/operations.md', 'utf8');
    const source = readFileSync('tools/aws/src/metrics/read-metrics.ts', 'utf8');
    const names = source.match(/drivewatch_\w+/g) ?? [];
    expect(names).toHaveLength(10);
    for (const name of names) expect(documented).toContain(`\`${name}\``);
  });
});
