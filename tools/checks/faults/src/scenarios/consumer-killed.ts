import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '@drivewatch/testing';
import { LivePage } from '../load/live-page';
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

/** The time of some ticks of this system, made while numbers are taken and their stores not committed. */
const SOME_TICKS_MS = 2_500;

/** What happens to the stores at the gate once their consumers are dead. */
type Then = (gate: StoreGate, recordIds: string[]) => Promise<void>;

/**
 * Kills all consumers while PostgreSQL has inserted their rows but not committed them, so that the numbers of these
 * stores are taken and may never be used; a page must be sent each record in exactly one tick.
 */
async function killAtTheGate(context: FaultContext, thenThat: Then): Promise<void> {
  const { stack, random } = context;
  const page = new LivePage([stack.url], random);
  try {
    await eventually(() => require(page.isConnected, 'a page to be sent the recent speeds'), HANG_MS);
    const recordIds = await killAndStartAgain(context, thenThat);
    await recordsFlow(context);
    await goesDown(
      'records that consumers were killed at, not stored',
      async () => recordIds.length - (await countStored(context, recordIds)),
      0,
    );
    await ticksAreComplete(stack, page);
  } finally {
    page.close();
  }
}

/** @returns ids of the records that the killed consumers were storing */
async function killAndStartAgain(context: FaultContext, thenThat: Then): Promise<string[]> {
  const { stack, consumers, note } = context;
  const gate = await StoreGate.install(stack.databaseUrl);
  let killed = 0;
  try {
    await gate.close();
    const { jobIds, recordIds } = await jobsAtTheGate(context);
    killed = await consumers.crashAll();
    note(`${killed} consumers killed at ${jobIds.length} jobs of ${recordIds.length} records`);
    await wait(SOME_TICKS_MS);
    await thenThat(gate, recordIds);
    return recordIds;
  } finally {
    await gate.remove();
    await consumers.start(killed);
  }
}

/** The job runs again, and nothing of it is there yet. */
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

/** The job runs again although its records are in the table. */
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
