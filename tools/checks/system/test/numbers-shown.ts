import { aRecord, aWireRecord } from '@drivewatch/contracts/samples';
import { STORE_RECORDS_JOB, SUMMARY_RUNS_KEY, toRecordJob } from '@drivewatch/contracts';
import { openObjectStore } from '@drivewatch/object-store';
import { noteArchiveSuccess } from '@drivewatch/server';
import { type AppProcess, eventually, type Stack } from '@drivewatch/testing';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { readHealth } from './read-health';
import { LiveClient } from './live-client';
import { expectMetrics, metricsOf, totalOf } from './metrics-of';
import { acceptedId, postRecord } from './post-record';
import { suiteStack } from './suite-stack';

describe('the logs and numbers of a Drivewatch that has just been started', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await suiteStack();
    // This comes before metrics are asked for the first time: the API looks once a minute.
    await openObjectStore(pathToFileURL(stack.publicFolder).href).put(
      SUMMARY_RUNS_KEY,
      '{"lastSuccessSeconds":1764000000.5,"failedInARow":2}',
    );
  });

  it('answers errors with the id by which they are found, and logs neither bodies nor requested addresses', async () => {
    const bad = await fetch(`${stack.url}/addData?key=dw_secret`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Request-Id': 'edge-17',
        Authorization: 'Bearer dw_secret',
      },
      body: JSON.stringify(aWireRecord({ driverID: 'unlogged', Speed: 'fast' })),
    });
    expect([bad.status, bad.headers.get('x-request-id')]).toEqual([400, 'edge-17']);
    const other = await fetch(`${stack.url}/no/such.thing`, { headers: { 'X-Request-Id': 'two words' } });
    expect(other.headers.get('x-request-id')).toMatch(/^[\w-]{10,}$/);
    for (const { output } of [stack.api(), ...stack.consumers]) {
      const lines = output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(lines.length).toBeGreaterThan(0);
      expect(
        lines.every(
          ({ level, time, app, msg }) =>
            level !== undefined && time !== undefined && app !== undefined && msg !== undefined,
        ),
      ).toBe(true);
      expect(output).not.toMatch(/dw_secret|unlogged/);
    }
  });

  it('counts what devices sent, what happened to it, and who watches', async () => {
    const rejectedIn = (metrics: Map<string, number>) =>
      metrics.get('drivewatch_records_rejected_total{reason="INVALID_RECORD"}') ?? 0;
    const rejectedBefore = rejectedIn(await metricsOf(stack.url));
    const page = await LiveClient.connect(stack.url);
    for (let n = 0; n < 7; n += 1) await acceptedId(stack.url, aWireRecord({ driverID: 'counted' }));
    for (let n = 0; n < 3; n += 1) await postRecord(stack.url, aWireRecord({ Speed: 'fast' }));
    const again = [aRecord(), aRecord()];
    for (const records of [again, again]) await stack.queue().add(STORE_RECORDS_JOB, toRecordJob(records));
    await eventually(async () => {
      const metrics = await metricsOf(stack.url);
      const numbers = {
        accepted: metrics.get('drivewatch_records_accepted_total'),
        rejected: rejectedIn(metrics) - rejectedBefore,
        stored: totalOf(metrics, 'drivewatch_records_stored_total'),
        duplicates: totalOf(metrics, 'drivewatch_records_duplicate_total'),
        waiting: metrics.get('drivewatch_queue_waiting_jobs'),
        oldest: metrics.get('drivewatch_queue_oldest_waiting_seconds'),
        clients: metrics.get('drivewatch_connected_clients'),
        ticked: metrics.get('drivewatch_tick_records_total'),
      };
      expect(numbers).toEqual({
        accepted: 7,
        rejected: 3,
        stored: 9,
        duplicates: 2,
        waiting: 0,
        oldest: 0,
        clients: 1,
        ticked: 9,
      });
      expect(totalOf(metrics, 'drivewatch_store_seconds_count')).toBeGreaterThan(2);
      expect(metrics.get('drivewatch_ticks_total')).toBeGreaterThan(0);
      expect([...metrics.keys()].join()).toMatch(/nodejs_eventloop_lag_p99_seconds,.*consumer="/);
    });
    page.close();

    stack.consumers[0]?.kill('SIGSTOP');
    for (let n = 0; n < 6; n += 1) await acceptedId(stack.url, aWireRecord());
    await eventually(async () => {
      const metrics = await metricsOf(stack.url);
      expect(metrics.get('drivewatch_queue_waiting_jobs')).toBeGreaterThan(0);
      expect(metrics.get('drivewatch_queue_oldest_waiting_seconds')).toBeGreaterThan(1);
      expect(metrics.get('drivewatch_connected_clients')).toBe(0);
    });
    stack.consumers[0]?.kill('SIGCONT');
    await stack.crashRedis();
    await eventually(async () => {
      const metrics = await metricsOf(stack.url);
      expect([metrics.get('drivewatch_redis_up'), metrics.get('drivewatch_records_accepted_total')]).toEqual([
        0, 13,
      ]);
      expect(metrics.has('drivewatch_queue_waiting_jobs')).toBe(false);
    });
    await stack.startRedis();
  });

  it('shows how large its stores are, and counts the runs of an archive that fails until it is repaired', async () => {
    await stack.redis().config('SET', 'maxmemory', '100mb');
    await expectMetrics(stack.url, { drivewatch_redis_memory_max_bytes: 104_857_600 });
    const sizes = await metricsOf(stack.url);
    for (const name of ['drivewatch_redis_memory_used_bytes', 'drivewatch_postgresql_database_bytes'])
      expect(sizes.get(name)).toBeGreaterThan(100_000);
    await acceptedId(stack.url, aWireRecord());
    const archived = async () => {
      const metrics = await metricsOf(stack.url);
      return {
        failed: metrics.get('drivewatch_archive_failed_runs'),
        at: metrics.get('drivewatch_archive_last_success_timestamp_seconds') ?? 0,
      };
    };
    await eventually(async () => expect((await archived()).at).toBeGreaterThan(0));
    await expectMetrics(stack.url, { drivewatch_archive_interval_seconds: 1 });
    await whileStopped(stack.consumers, async () => {
      await rename(stack.recordsFolder, `${stack.recordsFolder}-away`);
      await writeFile(stack.recordsFolder, 'no folder');
    });
    await acceptedId(stack.url, aWireRecord());
    await eventually(async () => {
      expect((await archived()).failed).toBeGreaterThanOrEqual(3);
      expect((await metricsOf(stack.url)).get('drivewatch_archive_backlog_seconds')).toBeGreaterThan(1);
      const { response, health } = await readHealth(stack.url);
      expect([response.status, health.status]).toEqual([200, 'degraded']);
      expect(health.checks.archive?.message).toMatch(
        /^\d+ runs of the archive have failed in a row; the log/,
      );
    });
    // A run whose retention keeps two days does this; the runs that fail after it do not mention it.
    await noteArchiveSuccess(stack.redis(), 2);
    await expectMetrics(stack.url, { drivewatch_archive_differing_days: 2 });
    const { at } = await archived();
    await whileStopped(stack.consumers, async () => {
      await rm(stack.recordsFolder);
      await rename(`${stack.recordsFolder}-away`, stack.recordsFolder);
    });
    await eventually(async () => {
      expect(await archived()).toMatchObject({ failed: 0 });
      expect((await archived()).at).toBeGreaterThan(at);
      expect((await readHealth(stack.url)).health.checks.archive).toEqual({ status: 'up' });
    });
    await expectMetrics(stack.url, {
      drivewatch_archive_backlog_seconds: 0,
      drivewatch_archive_differing_days: 0,
    });
  });

  it('shows how the runs of the summaries job have ended, as it has noted', async () => {
    await expectMetrics(stack.url, {
      drivewatch_summaries_last_success_timestamp_seconds: 1_764_000_000.5,
      drivewatch_summaries_failed_runs: 2,
    });
  });

  it('shows a value of every metric that alert rules and alarms use', async () => {
    for (const file of ['docker/prometheus/rules.yml', 'tools/aws/src/metrics/read-metrics.ts']) {
      const used = new Set((await readFile(file, 'utf8')).match(/\b(?:drivewatch|nodejs)_\w+/g));
      expect(used.size).toBeGreaterThan(5);
      await eventually(async () => {
        const metrics = await metricsOf(stack.url);
        const shown = new Set([...metrics.keys()].map((series) => series.split('{')[0]));
        expect([...used].filter((name) => !shown.has(name))).toEqual([]);
        expect([...metrics.keys()].join()).toMatch(/drivewatch_store_seconds_bucket\{[^}]*le="/);
      });
    }
  });
});

/** Takes steps during which an archive that runs every second would create its folder anew. */
async function whileStopped(apps: readonly AppProcess[], steps: () => Promise<void>): Promise<void> {
  for (const app of apps) app.kill('SIGSTOP');
  try {
    await steps();
  } finally {
    for (const app of apps) app.kill('SIGCONT');
  }
}
