import type { PartitionStep } from '@drivewatch/persistence';
import { PartitionKeeper } from './partition-keeper';

const NO_PAUSES = { done: 0, idle: 0, later: 0, error: 0 };

/**
 * Runs a keeper whose steps have the given results, and returns what it did until the last of them; then it has
 * stopped.
 */
async function stepsOf(takes: (PartitionStep | Error)[], merges: PartitionStep[] = []): Promise<string[]> {
  const steps: string[] = [];
  const finished = Promise.withResolvers<null>();
  const keeper = new PartitionKeeper(
    {
      takeFromDefault: () => {
        steps.push('take');
        const step = takes.shift();
        if (takes.length === 0) finished.resolve(null);
        return step instanceof Error ? Promise.reject(step) : Promise.resolve(step ?? 'idle');
      },
      makeRoomAhead: () => {
        steps.push('room');
        return Promise.resolve('idle');
      },
      merge: () => {
        steps.push('merge');
        return Promise.resolve(merges.shift() ?? 'idle');
      },
    },
    NO_PAUSES,
  );
  keeper.onApplicationBootstrap();
  await finished.promise;
  await keeper.beforeApplicationShutdown();
  return steps;
}

describe(PartitionKeeper.name, () => {
  it('makes room first, and then takes rows from the default partition, whether or not that succeeds', async () => {
    const steps = await stepsOf(['done', 'later', 'idle']);
    expect(steps.slice(0, 5)).toEqual(['room', 'merge', 'take', 'take', 'take']);
  });

  it('merges as long as there is something to merge, and does the other steps in between', async () => {
    const steps = await stepsOf(['idle', 'idle', 'idle'], ['done', 'done']);
    expect(steps.filter((step) => step === 'merge')).toHaveLength(3);
    expect(steps.slice(0, 4)).toEqual(['room', 'merge', 'take', 'room']);
  });

  it('goes on after PostgreSQL was away', async () => {
    const steps = await stepsOf([new Error('connect ECONNREFUSED'), 'idle']);
    expect(steps.filter((step) => step === 'take').length).toBeGreaterThanOrEqual(2);
  });
});
