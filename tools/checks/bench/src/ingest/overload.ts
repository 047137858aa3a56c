import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { startStack } from '@drivewatch/testing';
import { Pool } from 'undici';
import { printTable, verdict } from '../figures';
import { countRecords, RECORDS_PER_BATCH } from './batches';
import { CONTENT_TYPES, sampleBodies } from './sample-records';

const FACTOR = 3;
const GOODPUT_TARGET = 0.9;
/** A queue that is soon full, so that most of the time is spent refusing. */
const QUEUE_MAX = 100;
const PACE_MS = 20;
const BODIES = 50;
const WARM_UP_SECONDS = 5;
/** More connections than answers come back on would only wait in the load generator. */
const CONNECTIONS = 256;

/** What was observed in one second of overload. */
interface Second {
  accepted: number;
  refused: number;
  stored: number;
  apiMegabytes: number;
}

/**
 * Sends batches at three times the rate that the system can store, whether or not earlier ones are answered (open
 * loop), and measures how much is stored meanwhile, against that rate, and how the API's memory develops.
 *
 * @param capacity records/s that were stored with nothing refused
 */
export async function measureOverload(capacity: number, seconds: number): Promise<void> {
  const stack = await startStack({
    isDurable: true,
    consumers: 1,
    tickSeconds: 3600,
    apiEnv: { QUEUE_MAX: String(QUEUE_MAX) },
  });
  const pool = new Pool(stack.url, { connections: CONNECTIONS, pipelining: 1 });
  const bodies = sampleBodies('json', BODIES, RECORDS_PER_BATCH);
  const perSecond = (capacity * FACTOR) / RECORDS_PER_BATCH;
  let accepted = 0;
  let refused = 0;
  let unanswered = 0;
  const refusedMs: number[] = [];
  const post = async (n: number): Promise<void> => {
    const begun = performance.now();
    try {
      const { statusCode, body } = await pool.request({
        path: '/addData',
        method: 'POST',
        headers: { 'content-type': CONTENT_TYPES.json },
        body: bodies[n % BODIES] ?? null,
      });
      await body.dump();
      if (statusCode === 202) accepted += RECORDS_PER_BATCH;
      else refused += RECORDS_PER_BATCH;
      if (statusCode === 503) refusedMs.push(performance.now() - begun);
    } catch {
      // The batch was refused while its body was on its way: the answer is lost with the connection.
      unanswered += RECORDS_PER_BATCH;
    }
  };
  try {
    const history: Second[] = [];
    const answers = new Set<Promise<void>>();
    let sent = 0;
    const begun = performance.now();
    let storedBefore = 0;
    for (let second = 1; second <= WARM_UP_SECONDS + seconds; second += 1) {
      while (performance.now() - begun < second * 1000) {
        const due = Math.floor(((performance.now() - begun) / 1000) * perSecond);
        for (; sent < due && answers.size < 2 * CONNECTIONS; sent += 1) {
          const answer = post(sent).finally(() => answers.delete(answer));
          answers.add(answer);
        }
        sent = Math.max(sent, due);
        await wait(PACE_MS);
      }
      const stored = await countRecords(stack);
      history.push({
        accepted,
        refused: refused + unanswered,
        stored: stored - storedBefore,
        apiMegabytes: await residentMegabytes(stack.api().pid),
      });
      storedBefore = stored;
    }
    await Promise.all(answers);
    report(capacity, history.slice(WARM_UP_SECONDS), (performance.now() - begun) / 1000);
  } finally {
    await pool.destroy();
    await stack.stop();
  }
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1000;
}

function report(capacity: number, history: readonly Second[], seconds: number): void {
  const goodput = history.reduce((sum, { stored }) => sum + stored, 0) / history.length;
  const last = history.at(-1);
  console.log(
    `\nopen loop at ${FACTOR} × ${capacity.toFixed(0)} records/s for ${seconds.toFixed(0)} s, at most ${QUEUE_MAX} jobs waiting`,
  );
  printTable(
    ['stored/s', 'accepted in all', 'refused in all', 'API MB at begin', 'highest', 'at end'],
    [
      [
        goodput,
        last?.accepted ?? 0,
        last?.refused ?? 0,
        history[0]?.apiMegabytes ?? NaN,
        Math.max(...history.map(({ apiMegabytes }) => apiMegabytes)),
        last?.apiMegabytes ?? NaN,
      ].map((figure) => figure.toFixed(0)),
    ],
  );
  const ratio = goodput / capacity;
  console.log(`goodput / peak: ${ratio.toFixed(2)}×${verdict(ratio, GOODPUT_TARGET)}`);
}
