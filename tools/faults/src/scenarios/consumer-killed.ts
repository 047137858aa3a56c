import { eventually } from '@drivewatch/test-stack';
import { StoreGate } from '../disturb/store-gate';
import type { FaultContext } from '../fault-context';
import type { Scenario } from './scenario';
import { countStored, HANG_MS, jobsAtTheGate, recordsFlow, require } from './watch';

/** Kills all consumers while PostgreSQL has inserted their rows and not committed them. */
async function killAtTheGate(
  context: FaultContext,
  thenThat: (gate: StoreGate, recordIds: string[]) => Promise<void>,
): Promise<void> {
  const { stack, consumers, note } = context;
  const gate = await StoreGate.install(stack.databaseUrl);
  let killed = 0;
  try {
    await gate.close();
    const { jobIds, recordIds } = await jobsAtTheGate(context);
    killed = await consumers.crashAll();
    note(`${killed} consumers killed at ${jobIds.length} jobs of ${recordIds.length} records`);
    await thenThat(gate, recordIds);
  } finally {
    await gate.remove();
    await consumers.start(killed);
  }
  await recordsFlow(context);
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
