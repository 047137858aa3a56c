import { setTimeout as wait } from 'node:timers/promises';
import type { FaultContext } from '../fault-context';
import type { Scenario } from './scenario';
import { recordsFlow, require } from './watch';

const ROUNDS = 3;

/** Kills something at random moments, and has it started again at once. */
async function killAgainAndAgain(
  context: FaultContext,
  kill: () => Promise<void>,
  start: () => Promise<void>,
): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    await wait(context.random.between(200, 1_500));
    await kill();
    await start();
    await recordsFlow(context);
  }
}

/** Requests under way are cut off, with or without their records in the queue. */
export const apiKilled: Scenario = {
  name: 'api-killed',
  what: `kill -9 of the API, ${ROUNDS} times, started again at once`,
  act: async (context) => {
    const { stack, ledger } = context;
    await killAgainAndAgain(
      context,
      () => stack.api().crash(),
      () => stack.startApi(),
    );
    require(ledger.retries() >= ROUNDS, 'devices to notice that the API was killed');
  },
};

/** `appendfsync always`: what was confirmed is in the append-only file. */
export const redisKilled: Scenario = {
  name: 'redis-killed',
  what: `kill -9 of Redis, ${ROUNDS} times, started again at once`,
  act: async (context) => {
    const { stack, ledger } = context;
    const fsync = await stack.redis().config('GET', 'appendfsync');
    require(String(fsync) === 'appendfsync,always', `appendfsync always, and not ${String(fsync)}`);
    await killAgainAndAgain(context, stack.crashRedis, stack.startRedis);
    require(ledger.retries('503') > 0, 'devices to be answered 503 while Redis is away');
  },
};

/** Stores under way are rolled back or were committed without anybody hearing of it; PostgreSQL recovers from its log. */
export const postgresKilled: Scenario = {
  name: 'postgres-killed',
  what: `kill -9 of PostgreSQL, ${ROUNDS} times, started again at once`,
  act: async (context) => {
    const { stack, ledger } = context;
    await killAgainAndAgain(context, stack.crashPostgres, stack.startPostgres);
    require(ledger.retries() === 0, `no device to notice it, but: ${ledger.describeRetries()}`);
  },
};
