import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Stack, startStack } from '@drivewatch/testing';
import { Pool } from 'undici';
import { median, printTable, verdict } from '../figures';
import { type BatchFormat, CONTENT_TYPES, sampleBodies } from './sample-records';

export const RECORDS_PER_BATCH = 500;
const CONNECTIONS = 8;
const COPY_RATIO_TARGET = 0.4;
const LOOK_EVERY_MS = 10;
const FORMATS: readonly BatchFormat[] = ['json', 'csv'];

/**
 * Measures batches of 500 from the first byte sent until all are stored, against `COPY` of the very same rows from a
 * file into the same table with its indexes.
 *
 * @returns records/s of JSON batches, from which other measurements take what the system can do
 */
export async function measureBatches(rounds: number, records: number): Promise<number> {
  const batches = Math.ceil(records / RECORDS_PER_BATCH);
  const stack = await startStack({ isDurable: true, consumers: 1, tickSeconds: 3600 });
  const folder = await mkdtemp(join(tmpdir(), 'drivewatch-copy-'));
  try {
    // PostgreSQL itself writes and reads the file, under a user of its own.
    await chmod(folder, 0o777);
    const bodies = {
      json: sampleBodies('json', batches, RECORDS_PER_BATCH),
      csv: sampleBodies('csv', batches, RECORDS_PER_BATCH),
    };
    const rates: Record<BatchFormat | 'copy', number[]> = { json: [], csv: [], copy: [] };
    await storeAll(stack, 'json', bodies.json.slice(0, 20));
    for (let round = 0; round < rounds; round += 1) {
      for (const format of FORMATS) {
        await stack.query('TRUNCATE driving_record, device_record_id');
        rates[format].push(await storeAll(stack, format, bodies[format]));
      }
      rates.copy.push(await copyAll(stack, join(folder, `rows-${round}.csv`)));
    }
    report(rates, batches * RECORDS_PER_BATCH);
    return median(rates.json);
  } finally {
    await stack.stop();
    await rm(folder, { recursive: true });
  }
}

/** @returns records per second, from the first byte until the table holds all of them */
async function storeAll(stack: Stack, format: BatchFormat, bodies: readonly Buffer[]): Promise<number> {
  const before = await countRecords(stack);
  const expected = before + bodies.length * RECORDS_PER_BATCH;
  const begun = performance.now();
  await postBatches(stack.url, format, bodies);
  // The queue is checked first, because counting rows would cost the database time.
  await queueIsEmpty(stack);
  const stored = await countRecords(stack);
  if (stored !== expected) throw new Error(`${stored} records are stored where ${expected} were accepted`);
  return (expected - before) / ((performance.now() - begun) / 1000);
}

/** Resolves when no job is waiting or being done. */
export async function queueIsEmpty(stack: Stack): Promise<void> {
  while ((await stack.queue().getJobCountByTypes('wait', 'active', 'prioritized')) > 0)
    await wait(LOOK_EVERY_MS);
}

/** Sends batches on a few connections and resolves when all have been accepted. @throws Error when one was not */
export async function postBatches(
  url: string,
  format: BatchFormat,
  bodies: readonly Buffer[],
): Promise<void> {
  const pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1 });
  try {
    await Promise.all(bodies.map((body) => postBatch(pool, format, body)));
  } finally {
    await pool.close();
  }
}

async function postBatch(pool: Pool, format: BatchFormat, body: Buffer): Promise<void> {
  const answer = await pool.request({
    path: '/addData',
    method: 'POST',
    headers: { 'content-type': CONTENT_TYPES[format] },
    body,
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 202)
    throw new Error(`A batch was answered with ${answer.statusCode}: ${text.slice(0, 300)}`);
}

async function copyAll(stack: Stack, file: string): Promise<number> {
  // Rows whose number differs from that of their store would be written twice.
  await stack.query('UPDATE driving_record SET stored_xid = (SELECT last_value + 1 FROM store_number_seq)');
  await stack.query(`COPY (SELECT * FROM driving_record) TO '${file}' WITH (FORMAT csv)`);
  await stack.query('TRUNCATE driving_record');
  const begun = performance.now();
  await stack.query(`COPY driving_record FROM '${file}' WITH (FORMAT csv)`);
  return (await countRecords(stack)) / ((performance.now() - begun) / 1000);
}

export async function countRecords(stack: Stack): Promise<number> {
  const [row] = await stack.query<{ records: number }>('SELECT count(*)::int AS records FROM driving_record');
  return row?.records ?? 0;
}

function report(rates: Record<BatchFormat | 'copy', number[]>, records: number): void {
  console.log(
    `\n${records} records in batches of ${RECORDS_PER_BATCH}, until all are stored, appendfsync always`,
  );
  const rows = (['copy', ...FORMATS] as const).map((name) => [name, median(rates[name]).toFixed(0)]);
  printTable(['way', 'records/s'], rows);
  for (const format of FORMATS) {
    const ratio = median(rates[format].map((rate, round) => rate / (rates.copy[round] ?? NaN)));
    console.log(`${format} / copy: ${ratio.toFixed(2)}×${verdict(ratio, COPY_RATIO_TARGET)}`);
  }
}
