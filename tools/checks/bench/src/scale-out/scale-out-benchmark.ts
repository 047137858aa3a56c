import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { median, percentile, printTable } from '../figures';
import { measureAlertLatency } from '../ingest/alert-latency';
import { countRecords, postBatches, queueIsEmpty, RECORDS_PER_BATCH } from '../ingest/batches';
import { Load } from '../ingest/load';
import { sampleBodies } from '../ingest/sample-records';
import { type PartCpu, PARTS, type Scale, ScaledStack } from './scaled-stack';

const SCALES: readonly Scale[] = [
  { apis: 1, consumers: 1 },
  { apis: 2, consumers: 1 },
  { apis: 1, consumers: 2 },
  { apis: 2, consumers: 2 },
  { apis: 1, consumers: 4 },
];
/** How many connections all APIs together get. */
const CONNECTIONS = 64;
const WARM_UP_SECONDS = 2;
/** Far below what one instance can do, so that the path is measured and not the queueing. */
const ALERT_RATE = 500;

/** One round: how much was accepted and stored, and what it cost each part until all of it was stored. */
interface Round {
  readonly acceptedPerSecond: number;
  readonly storedPerSecond: number;
  /** Processor seconds per 1,000 records. */
  readonly cpu: PartCpu;
}

export interface ScaleOutOptions {
  /** How long single records are sent in a round, and then alerts. */
  readonly seconds: number;
  /** How many a round's batches hold together. */
  readonly records: number;
  readonly rounds: number;
}

/**
 * Measures one and two APIs with one, two and four consumers; prints records/s and processor time of each part, as
 * ratios to one of each in the same round.
 */
export async function runScaleOutBenchmark({ seconds, records, rounds }: ScaleOutOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'drivewatch-bench-'));
  const stacks: ScaledStack[] = [];
  try {
    const load = await Load.prepare(folder, JSON.stringify(aWireRecord()));
    const bodies = sampleBodies('json', Math.ceil(records / RECORDS_PER_BATCH), RECORDS_PER_BATCH);
    for (const scale of SCALES) stacks.push(await ScaledStack.start(scale));
    for (const stack of stacks) await roundOfSingles(stack, load, WARM_UP_SECONDS);
    const singles: Round[][] = stacks.map(() => []);
    const batches: Round[][] = stacks.map(() => []);
    const alertP99Ms: number[][] = stacks.map(() => []);
    // The combinations take turns, so that a noisy minute of the machine hits all of them.
    for (let round = 0; round < rounds; round += 1)
      for (const [index, scaled] of stacks.entries()) {
        singles[index]?.push(await roundOfSingles(scaled, load, seconds));
        batches[index]?.push(await roundOfBatches(scaled, bodies));
        alertP99Ms[index]?.push(await alertP99(scaled, seconds));
        await scaled.stack.query('TRUNCATE driving_record');
      }
    report('Single records, one to a request', singles);
    report(`Batches of ${RECORDS_PER_BATCH}`, batches);
    console.log(`\nPOST to one API → alert at a page of another, at ${ALERT_RATE} records/s`);
    printTable(
      ['', 'p99 ms'],
      SCALES.map((scale, index) => [nameOf(scale), median(alertP99Ms[index] ?? []).toFixed(1)]),
    );
  } finally {
    for (const stack of stacks) await stack.stop();
    await rm(folder, { recursive: true });
  }
}

const roundOfSingles = (scaled: ScaledStack, load: Load, seconds: number): Promise<Round> =>
  measured(scaled, async () => {
    const results = await Promise.all(
      scaled.urls.map((url) => load.run(url, CONNECTIONS / scaled.urls.length, seconds)),
    );
    const failed = results.reduce((sum, result) => sum + result.failed, 0);
    if (failed > 0) throw new Error(`${failed} requests failed`);
  });

const roundOfBatches = (scaled: ScaledStack, bodies: readonly Buffer[]): Promise<Round> =>
  measured(scaled, async () => {
    const { urls } = scaled;
    await Promise.all(
      urls.map((url, index) =>
        postBatches(
          url,
          'json',
          bodies.filter((_, n) => n % urls.length === index),
        ),
      ),
    );
  });

/** @param send resolves when everything that it has sent has been accepted */
async function measured(scaled: ScaledStack, send: () => Promise<void>): Promise<Round> {
  const { stack } = scaled;
  const before = await countRecords(stack);
  const cpuBefore = scaled.cpu();
  const begun = performance.now();
  await send();
  const acceptedSeconds = (performance.now() - begun) / 1000;
  await queueIsEmpty(stack);
  const storedSeconds = (performance.now() - begun) / 1000;
  const cpuAfter = scaled.cpu();
  const records = (await countRecords(stack)) - before;
  const cpu = {} as PartCpu;
  for (const part of PARTS) cpu[part] = ((cpuAfter[part] - cpuBefore[part]) * 1000) / records;
  return { acceptedPerSecond: records / acceptedSeconds, storedPerSecond: records / storedSeconds, cpu };
}

async function alertP99({ stack, urls }: ScaledStack, seconds: number): Promise<number> {
  const { samplesMs } = await measureAlertLatency(stack, ALERT_RATE, seconds, urls.at(-1));
  return percentile(samplesMs, 0.99);
}

function report(title: string, rounds: readonly (readonly Round[])[]): void {
  console.log(`\n${title}; processor milliseconds per 1,000 records, and everything stored`);
  const of = (index: number, read: (round: Round) => number): number =>
    median((rounds[index] ?? []).map(read));
  /** Computes the ratio for each round rather than from the medians: what slowed a round down slowed all of it. */
  const ratio = (index: number, read: (round: Round) => number): string =>
    `${median((rounds[index] ?? []).map((round, n) => read(round) / read(rounds[0]?.[n] ?? round))).toFixed(2)}×`;
  printTable(
    ['', 'accepted/s', '', 'stored/s', '', ...PARTS],
    SCALES.map((scale, index) => [
      nameOf(scale),
      of(index, (round) => round.acceptedPerSecond).toFixed(0),
      ratio(index, (round) => round.acceptedPerSecond),
      of(index, (round) => round.storedPerSecond).toFixed(0),
      ratio(index, (round) => round.storedPerSecond),
      ...PARTS.map((part) => (of(index, (round) => round.cpu[part]) * 1000).toFixed(0)),
    ]),
  );
}

const nameOf = ({ apis, consumers }: Scale): string =>
  `${apis} API${apis > 1 ? 's' : ''}, ${consumers} consumer${consumers > 1 ? 's' : ''}`;
