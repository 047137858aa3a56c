import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { type Stack, startStack } from '@drivewatch/testing';
import { type AlertLatency, measureAlertLatency } from './alert-latency';
import { median, percentile, printTable, verdict } from '../figures';
import { measureBatches } from './batches';
import { measureDuplicates } from './duplicates';
import { Load, type LoadResult } from './load';
import { measureOverload } from './overload';
import { startPeer } from './peer-process';
import { measureSlowSenders } from './slow-senders';

const CONNECTIONS = [64, 256];
/** The targets, as ratios of requests per second with `appendfsync always`. */
const TARGETS: Record<number, { bare: number; plain: number } | undefined> = {
  64: { bare: 0.4, plain: 1.2 },
  256: { bare: 0.6, plain: 1.8 },
};
const ALERT_RATE = 2_000;
const ALERT_SECONDS = 10;
const ALERT_P99_TARGET_MS = 30;
/** JIT compilation and connection set-up are not part of what is measured. */
const WARM_UP_SECONDS = 2;

interface Server {
  name: 'bare' | 'plain' | 'drivewatch';
  url: string;
}

export const PARTS = ['single', 'alerts', 'batches', 'overload', 'slow', 'duplicates'] as const;
const BATCH_RECORDS = 200_000;
const OVERLOAD_SECONDS = 30;

export interface IngestOptions {
  /** How long one measurement takes. */
  readonly seconds: number;
  readonly rounds: number;
  readonly parts?: readonly (typeof PARTS)[number][];
}

/** Runs the ingestion benchmark and prints its figures. */
export async function runIngestBenchmark({ seconds, rounds, parts = PARTS }: IngestOptions): Promise<void> {
  const has = (part: (typeof PARTS)[number]): boolean => parts.includes(part);
  printMachine();
  const folder = await mkdtemp(join(tmpdir(), 'drivewatch-bench-'));
  try {
    const load = await Load.prepare(folder, JSON.stringify(aWireRecord()));
    if (has('single')) await measureSingles(load, seconds, rounds);
    if (has('alerts')) await measureAlerts(rounds);
    if (has('batches') || has('overload')) {
      const capacity = await measureBatches(rounds, BATCH_RECORDS);
      if (has('overload')) await measureOverload(capacity, OVERLOAD_SECONDS);
    }
    if (has('slow')) await measureSlowSenders(load, rounds, seconds);
    if (has('duplicates')) await measureDuplicates(rounds);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Measures requests with one record in which nothing happened, like 75 % of recorded ones. */
async function measureSingles(load: Load, seconds: number, rounds: number): Promise<void> {
  for (const appendFsync of ['always', 'everysec'] as const) {
    console.log(
      `\nRedis with appendfsync ${appendFsync}${appendFsync === 'always' ? '' : ' (for information)'}`,
    );
    const stack = await startStack({ isDurable: true, consumers: 0, tickSeconds: 30, appendFsync });
    try {
      await measureThroughput(stack, load, { seconds, rounds, judge: appendFsync === 'always' });
    } finally {
      await stack.stop();
    }
  }
}

async function measureThroughput(
  stack: Stack,
  load: Load,
  { seconds, rounds, judge }: { seconds: number; rounds: number; judge: boolean },
): Promise<void> {
  const peers = await Promise.all([startPeer('bare', stack.redisUrl), startPeer('plain', stack.redisUrl)]);
  const servers: Server[] = [
    { name: 'bare', url: peers[0].url },
    { name: 'plain', url: peers[1].url },
    { name: 'drivewatch', url: stack.url },
  ];
  try {
    for (const connections of CONNECTIONS) {
      const results: Record<Server['name'], LoadResult[]> = { bare: [], plain: [], drivewatch: [] };
      for (const { url } of servers) await load.run(url, connections, WARM_UP_SECONDS);
      // The servers take turns, so that a noisy minute of the machine hits all of them.
      for (let round = 0; round < rounds; round += 1) {
        for (const { name, url } of servers) {
          results[name].push(await load.run(url, connections, seconds));
          await emptyQueue(stack);
        }
      }
      report(connections, results, judge ? TARGETS[connections] : undefined);
    }
  } finally {
    for (const peer of peers) peer.stop();
  }
}

/** Empties the queue: no consumer runs here, so Redis would fill up with jobs. */
async function emptyQueue(stack: Stack): Promise<void> {
  await stack.queue().drain();
}

function report(
  connections: number,
  results: Record<Server['name'], LoadResult[]>,
  target: { bare: number; plain: number } | undefined,
): void {
  const rows = (['bare', 'plain', 'drivewatch'] as const).map((name) => {
    const runs = results[name];
    const of = (read: (run: LoadResult) => number) => median(runs.map(read));
    return [
      name,
      of((run) => run.requestsPerSecond).toFixed(0),
      of((run) => run.p50Ms).toFixed(2),
      of((run) => run.p95Ms).toFixed(2),
      of((run) => run.p99Ms).toFixed(2),
      String(runs.reduce((sum, run) => sum + run.requests, 0)),
      String(runs.reduce((sum, run) => sum + run.failed, 0)),
    ];
  });
  console.log(`\n${connections} connections`);
  printTable(['server', 'requests/s', 'p50 ms', 'p95 ms', 'p99 ms', 'requests', 'failed'], rows);
  for (const peer of ['bare', 'plain'] as const) {
    // The ratio is computed for each round rather than from the medians: what slowed a round down slowed both servers
    // in it.
    const ratio = median(
      results.drivewatch.map(
        (run, round) => run.requestsPerSecond / (results[peer][round]?.requestsPerSecond ?? NaN),
      ),
    );
    console.log(`drivewatch / ${peer}: ${ratio.toFixed(2)}×${verdict(ratio, target?.[peer])}`);
  }
}

async function measureAlerts(rounds: number): Promise<void> {
  const stack = await startStack({ isDurable: true, consumers: 1, tickSeconds: 30 });
  try {
    await measureAlertLatency(stack, ALERT_RATE / 2, WARM_UP_SECONDS);
    const runs: AlertLatency[] = [];
    for (let round = 0; round < rounds; round += 1)
      runs.push(await measureAlertLatency(stack, ALERT_RATE, ALERT_SECONDS));
    const rate = median(runs.map(({ achievedPerSecond }) => achievedPerSecond));
    console.log(
      `\nPOST → socket alert at ${rate.toFixed(0)} records/s, one consumer storing; each run, worst last`,
    );
    const figures = runs
      .map(({ samplesMs, refused }) => ({
        alerts: samplesMs.length,
        refused,
        p50: percentile(samplesMs, 0.5),
        p95: percentile(samplesMs, 0.95),
        p99: percentile(samplesMs, 0.99),
      }))
      .sort((a, b) => a.p99 - b.p99);
    printTable(
      ['alerts', 'p50 ms', 'p95 ms', 'p99 ms', 'refused'],
      figures.map(({ alerts, refused, ...ms }) => [
        String(alerts),
        ...[ms.p50, ms.p95, ms.p99].map((figure) => figure.toFixed(1)),
        String(refused),
      ]),
    );
    const p99 = median(figures.map((run) => run.p99));
    const reached = p99 <= ALERT_P99_TARGET_MS ? 'reached' : 'NOT reached';
    console.log(`median p99: ${p99.toFixed(1)} ms (to reach: ${ALERT_P99_TARGET_MS} ms: ${reached})`);
  } finally {
    await stack.stop();
  }
}

function printMachine(): void {
  const [cpu] = cpus();
  console.log(
    `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} × ${cpu?.model ?? 'CPU'}, ` +
      `${(totalmem() / 2 ** 30).toFixed(0)} GiB; load generator on the same machine`,
  );
}
