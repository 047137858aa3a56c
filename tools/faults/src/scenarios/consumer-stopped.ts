import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '@drivewatch/test-stack';
import { StoreGate } from '../disturb/store-gate';
import type { Scenario } from './scenario';
import { jobsUnderWay, recordsFlow, require } from './watch';

/** The lock of a job lasts 10 s and is looked at every 5 s; by then another consumer has it. */
const TAKEN_OVER_WITHIN_MS = 38_000;

/** Two consumers at one job: the second stores what the first may have stored, and the first wakes up too late. */
export const consumerStopped: Scenario = {
  name: 'consumer-stopped',
  what: 'SIGSTOP of a consumer in the middle of its jobs, which another consumer runs again; then SIGCONT',
  seconds: { short: [40], all: [40] },
  act: async (context) => {
    const { stack, consumers, random, seconds, note } = context;
    const [victim, ...others] = consumers.running();
    require(victim !== undefined, 'a consumer to run');
    // The only one, so that the jobs under way are its jobs.
    await Promise.all(others.map((other) => other.stop()));
    const gate = await StoreGate.install(stack.databaseUrl);
    const begunAtMs = Date.now();
    try {
      await gate.close();
      const { jobIds, recordIds } = await jobsUnderWay(context);
      victim.kill('SIGSTOP');
      await consumers.start(Math.max(1, others.length));
      // Its rows are committed now or when the other one has begun to store them too.
      const gateMs = random.between(0, 20_000);
      note(
        `stopped at ${jobIds.length} jobs of ${recordIds.length} records, COMMIT held back ${Math.round(gateMs)} ms`,
      );
      await wait(gateMs);
      await gate.open();
      await eventually(async () => {
        const jobs = await Promise.all(jobIds.map((id) => stack.queue().getJob(id)));
        if (jobs.some((job) => job !== undefined))
          throw new Error('Its jobs are not run by another consumer');
      }, TAKEN_OVER_WITHIN_MS - gateMs);
      await wait(Math.max(0, begunAtMs + seconds * 1_000 - Date.now()));
    } finally {
      victim.kill('SIGCONT');
      await gate.remove();
    }
    require(victim.isRunning, 'the stopped consumer to go on');
    await recordsFlow(context);
  },
};
