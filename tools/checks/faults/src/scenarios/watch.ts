import { setTimeout as wait } from 'node:timers/promises';
import type { RecordJob } from '@drivewatch/contracts';
import { eventually } from '@drivewatch/testing';
import type { LivePage } from '../load/live-page';
import { StoredPoints } from '../load/point-sum';
import type { FaultContext } from '../fault-context';
import { storedPoints } from '../load/stored-rows';

/** As many as there are devices. */
const ENOUGH_REFUSALS = 12;
/**
 * The limit for every wait. Everything takes seconds on an idle machine; how much longer on a busy one is not what
 * these tests check, so only what hangs takes this long.
 */
export const HANG_MS = 180_000;
const POLL_MS = 100;

/** Waits until that many more records have been acknowledged. @throws Error when that never happens */
export async function recordsFlow(
  { ledger }: Pick<FaultContext, 'ledger'>,
  count = ledger.enough,
): Promise<void> {
  const wanted = ledger.acknowledged + count;
  await eventually(() => {
    if (ledger.acknowledged < wanted)
      throw new Error(`Records do not flow: ${ledger.acknowledged} of ${wanted} acknowledged`);
  }, HANG_MS);
}

/**
 * Lets a fault last until it has taken effect, and at least for the duration of this run.
 *
 * @param effect throws until there is enough of it to be seen
 * @throws Error of `effect` when it never takes effect
 */
export async function outlast(
  { seconds }: Pick<FaultContext, 'seconds'>,
  effect: () => unknown,
): Promise<void> {
  await Promise.all([wait(seconds * 1_000), eventually(effect, HANG_MS)]);
}

/** Lets a fault last until devices have been told to come again. @param meanwhile what is broken */
export async function devicesAreRefused(context: FaultContext, meanwhile: string): Promise<void> {
  const { ledger } = context;
  const before = ledger.retries('503');
  await outlast(context, () => {
    require(ledger.retries('503') >=
      before + ENOUGH_REFUSALS, `devices to be answered 503 while ${meanwhile}`);
  });
}

/** Waits until consumers have done all jobs. @throws Error when the jobs stop becoming fewer */
export async function queueDrains({ stack }: Pick<FaultContext, 'stack'>): Promise<void> {
  const counts = async () =>
    Object.values(await stack.queue().getJobCounts('waiting', 'active', 'delayed', 'prioritized'));
  await goesDown('jobs', async () => (await counts()).reduce((sum, count) => sum + count, 0), 0);
}

/**
 * Waits until a number is low enough, as long as it goes down: how fast that is depends on the machine.
 *
 * @param what is counted, for the message
 * @throws Error when it has not gone down any further for {@link HANG_MS}
 */
export async function goesDown(what: string, count: () => Promise<number>, target: number): Promise<void> {
  let lowest = Infinity;
  let lowestAtMs = Date.now();
  for (;;) {
    const left = await count();
    if (left <= target) return;
    if (left < lowest) [lowest, lowestAtMs] = [left, Date.now()];
    else if (Date.now() - lowestAtMs > HANG_MS)
      throw new Error(`${left} ${what} are left, and for ${HANG_MS / 1_000} s they have not become fewer`);
    await wait(POLL_MS);
  }
}

/** Returns the ids of the records in a job. */
export const jobRecordIds = ({ fields, rows }: RecordJob): string[] =>
  rows.map((row) => String(row[fields.indexOf('id')]));

/**
 * Returns the jobs that consumers are working on, and the ids of their records, once none of these is committed: a busy
 * consumer may take a moment to report what it did before the gate closed.
 */
export async function jobsAtTheGate(
  context: FaultContext,
): Promise<{ jobIds: string[]; recordIds: string[] }> {
  return eventually(async () => {
    const jobs = await context.stack.queue().getActive();
    const recordIds = jobs.flatMap(({ data }) => jobRecordIds(data));
    require(recordIds.length > 0, 'jobs to be under way');
    const stored = await countStored(context, recordIds);
    require(stored === 0, `jobs under way to wait at the gate, but ${stored} of their records are stored`);
    return { jobIds: jobs.map(({ id }) => id ?? ''), recordIds };
  }, HANG_MS);
}

/** Returns how many of these records are in the table. */
export async function countStored(
  { stack }: Pick<FaultContext, 'stack'>,
  recordIds: string[],
): Promise<number> {
  const [row] = await stack.query<{ stored: number }>(
    `SELECT count(*)::int AS stored FROM driving_record WHERE id = ANY($1::uuid[])`,
    [recordIds],
  );
  return row?.stored ?? 0;
}

/**
 * Waits until a page has been sent everything stored by now, closes it, and compares its ticks with the table.
 *
 * @param drivers whom the page watches, a pattern for LIKE
 * @throws Error when a tick lacks something that was stored in its time, or contains something twice
 */
export async function ticksAreComplete(
  source: Pick<FaultContext['stack'], 'query'>,
  page: LivePage,
  drivers = '%',
): Promise<void> {
  const { lastXid } = new StoredPoints(await storedPoints(source, drivers));
  await eventually(
    () => require(page.lastCursor > lastXid, 'the page to be sent all that was stored'),
    HANG_MS,
  );
  page.close();
  const problems = page.takeProblems(new StoredPoints(await storedPoints(source, drivers)));
  require(problems.length === 0, `complete ticks, but: ${problems.join('; ')}`);
}

/** @throws Error saying what was expected of the scenario, unless it is so */
export function require(isSo: boolean, expectation: string): asserts isSo {
  if (!isSo) throw new Error(`Expected ${expectation}`);
}
