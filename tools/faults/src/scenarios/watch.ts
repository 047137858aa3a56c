import { setTimeout as wait } from 'node:timers/promises';
import type { RecordJob } from '@drivewatch/contracts';
import { eventually } from '@drivewatch/test-stack';
import type { FaultContext } from '../fault-context';

const ENOUGH_RECORDS = 50;
/** Devices back off for five seconds at most, and a service that was killed reads its log first. */
const FLOW_LIMIT_MS = 40_000;
/** A job of a consumer that died is taken over by another one after 20 s at most. */
const STUCK_MS = 45_000;
const POLL_MS = 100;

/** Waits until so many more records have been acknowledged. @throws Error when they are not in time */
export async function recordsFlow({ ledger }: Pick<FaultContext, 'ledger'>): Promise<void> {
  const wanted = ledger.acknowledged + ENOUGH_RECORDS;
  await eventually(() => {
    if (ledger.acknowledged < wanted)
      throw new Error(`Records do not flow: ${ledger.acknowledged} of ${wanted} acknowledged`);
  }, FLOW_LIMIT_MS);
}

/**
 * Waits until a number is low enough, as long as it goes down: how fast that is depends on the machine.
 *
 * @param what is counted, for the message
 * @throws Error when it has not gone down any further for {@link STUCK_MS}
 */
export async function goesDown(what: string, count: () => Promise<number>, target: number): Promise<void> {
  let lowest = Infinity;
  let lowestAtMs = Date.now();
  for (;;) {
    const left = await count();
    if (left <= target) return;
    if (left < lowest) [lowest, lowestAtMs] = [left, Date.now()];
    else if (Date.now() - lowestAtMs > STUCK_MS)
      throw new Error(`${left} ${what} are left, and for ${STUCK_MS / 1_000} s they have not become fewer`);
    await wait(POLL_MS);
  }
}

/** Ids of the records in a job. */
export const jobRecordIds = ({ fields, rows }: RecordJob): string[] =>
  rows.map((row) => String(row[fields.indexOf('id')]));

/** Jobs that consumers are at, and the ids of the records in them. */
export async function jobsUnderWay({
  stack,
}: FaultContext): Promise<{ jobIds: string[]; recordIds: string[] }> {
  const jobs = await stack.queue().getActive();
  return {
    jobIds: jobs.map(({ id }) => id ?? ''),
    recordIds: jobs.flatMap(({ data }) => jobRecordIds(data)),
  };
}

/** How many of these records are in the table. */
export async function countStored({ stack }: FaultContext, recordIds: string[]): Promise<number> {
  const [row] = await stack.query<{ stored: number }>(
    `SELECT count(*)::int AS stored FROM driving_record WHERE id = ANY($1::uuid[])`,
    [recordIds],
  );
  return row?.stored ?? 0;
}

/** @throws Error saying what was expected of the scenario, unless it is so */
export function require(isSo: boolean, expectation: string): asserts isSo {
  if (!isSo) throw new Error(`Expected ${expectation}`);
}
