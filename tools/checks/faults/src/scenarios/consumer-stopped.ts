import { setTimeout as wait } from 'node:timers/promises';
import { StoreGate } from '../disturb/store-gate';
import type { Scenario } from './scenario';
import { jobsAtTheGate, outlast, recordsFlow, require } from './watch';

/** Two consumers work on one job: the second stores what the first may have stored, and the first wakes up too late. */
export const consumerStopped: Scenario = {
  name: 'consumer-stopped',
  what: 'SIGSTOP of a consumer in the middle of its jobs, which another consumer runs again; then SIGCONT',
  seconds: [40],
  act: async (context) => {
    const { stack, consumers, random, tempo, note } = context;
    const [victim, ...others] = consumers.running();
    require(victim !== undefined, 'a consumer to run');
    // It is the only consumer, so that the jobs under way are its jobs.
    await Promise.all(others.map((other) => other.stop()));
    const gate = await StoreGate.install(stack.databaseUrl);
    try {
      await gate.close();
      const { jobIds, recordIds } = await jobsAtTheGate(context);
      victim.kill('SIGSTOP');
      const gateMs = random.between(0, 2_000 * tempo.lockSeconds);
      note(
        `stopped at ${jobIds.length} jobs of ${recordIds.length} records, COMMIT held back ${Math.round(gateMs)} ms`,
      );
      await consumers.start(Math.max(1, others.length));
      await Promise.all([
        // Its rows are committed either now or when the other one has begun to store them too.
        wait(gateMs).then(() => gate.open()),
        outlast(context, async () => {
          const jobs = await Promise.all(jobIds.map((id) => stack.queue().getJob(id)));
          require(jobs.every((job) => job === undefined), 'its jobs to be run by another consumer');
        }),
      ]);
    } finally {
      victim.kill('SIGCONT');
      await gate.remove();
    }
    await recordsFlow(context);
    require(victim.isRunning, 'the stopped consumer to go on');
  },
};
