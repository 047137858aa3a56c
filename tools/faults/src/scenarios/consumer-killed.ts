import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '@drivewatch/test-stack';
import { LivePage } from '../cluster/live-page';
import { StoreGate } from '../disturb/store-gate';
import type { FaultContext } from '../fault-context';
import type { Scenario } from './scenario';
import {
  countStored,
  goesDown,
  HANG_MS,
  jobsAtTheGate,
  recordsFlow,
  require,
  ticksAreComplete,
} from './watch';

/** Some ticks of this system, which are made while numbers are taken and their stores not committed. */
const SOME_TICKS_MS = 2_500;

/**
 * Kills all consumers while PostgreSQL has inserted their rows and not committed them, so that the numbers of these stores are
 * taken and may come to nothing; a page is to be sent each record in one tick.
 */
async function killAtTheGate(
  context: FaultContext,
  thenThat: (gate: StoreGate, recordIds: string[]) => Promise<void>,
): Promise<void> {
  const { stack, random, note } = context;
  const page = new LivePage([stack.url], random);
  try {
    await eventually(() => require(page.isConnected, 'a page to be sent the recent speeds'), HANG_MS);
    const gate = await StoreGate.install(stack.databaseUrl);
    let killed = 0;
    let recordIds: string[] = [];
    try {
      await gate.close();
      const jobs = await jobsAtTheGate(context);
      recordIds = jobs.recordIds;
      killed = await context.consumers.crashAll();
      note(`${killed} consumers killed at ${jobs.jobIds.length} jobs of ${recordIds.length} records`);
      await wait(SOME_TICKS_MS);
      await thenThat(gate, recordIds);
    } finally {
      await gate.remove();
      await context.consumers.start(killed);
    }
    await recordsFlow(context);
    await goesDown(
      'records that consumers were killed at, not stored',
      async () => recordIds.length - (await countStored(context, recordIds)),
      0,
    );
    await ticksAreComplete(context, page);
  } finally {
    page.close();
  }
}

/** The job is run again, and nothing of it is there yet. */
export const consumerKilledBeforeCommit: Scenario = {
  name: 'consumer-killed-before-commit',
  what: 'kill -9 of all consumers after their INSERT and before its COMMIT, which is rolled back',
  act: (context) =>
    killAtTheGate(context, async (gate, recordIds) => {
      await gate.turnBack();
      const stored = await countStored(context, recordIds);
      require(stored === 0, `nothing to be committed, but ${stored} records were`);
    }),
};

/** The job is run again though its records are in the table. */
export const consumerKilledAfterCommit: Scenario = {
  name: 'consumer-killed-after-commit',
  what: 'kill -9 of all consumers before their COMMIT, which PostgreSQL then does; the jobs are run again',
  act: (context) =>
    killAtTheGate(context, async (gate, recordIds) => {
      await gate.open();
      const stored = await eventually(async () => {
        const count = await countStored(context, recordIds);
        require(count > 0, 'PostgreSQL to commit what a dead consumer had sent');
        return count;
      }, HANG_MS);
      context.note(`${stored} of them committed, and their jobs still in the queue`);
    }),
};
