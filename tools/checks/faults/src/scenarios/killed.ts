import { setTimeout as wait } from 'node:timers/promises';
import type { FaultContext } from '../fault-context';
import { queueRefusals } from '../load/rejections';
import type { Scenario } from './scenario';
import { recordsFlow, require } from './watch';

/** Kills something at random moments, and has it started again after `meanwhile`. */
async function killAgainAndAgain(
  context: FaultContext,
  kill: () => Promise<void>,
  start: () => Promise<void>,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  for (let round = 0; round < context.tempo.rounds; round += 1) {
    await wait(context.random.between(200, 1_500));
    await kill();
    try {
      await meanwhile();
    } finally {
      await start();
    }
    await recordsFlow(context);
  }
}

/** Requests under way are cut off, whether or not their records are in the queue. */
export const apiKilled: Scenario = {
  name: 'api-killed',
  what: 'kill -9 of the API, 3 times (once in the short run), started again at once',
  act: async (context) => {
    const { stack, ledger, tempo } = context;
    await killAgainAndAgain(
      context,
      () => stack.api().crash(),
      () => stack.startApi(),
    );
    require(ledger.retries() >= tempo.rounds, 'devices to notice that the API was killed');
  },
};

/** With `appendfsync always`, everything confirmed is in the append-only file. */
export const redisKilled: Scenario = {
  name: 'redis-killed',
  what: 'kill -9 of Redis, 3 times (once in the short run), started again at once',
  act: async (context) => {
    const { stack, ledger } = context;
    const fsync = await stack.redis().config('GET', 'appendfsync');
    require(String(fsync) === 'appendfsync,always', `appendfsync always, and not ${String(fsync)}`);
    await killAgainAndAgain(context, stack.crashRedis, stack.startRedis);
    require(ledger.retries('503') > 0, 'devices to be answered 503 while Redis is away');
  },
};

/**
 * Stores under way are rolled back, or were committed without anybody hearing of it; PostgreSQL recovers from its log.
 */
export const postgresKilled: Scenario = {
  name: 'postgres-killed',
  what: 'kill -9 of PostgreSQL, 3 times (once in the short run), started again when records have been accepted without it',
  act: async (context) => {
    const { stack, ledger } = context;
    const before = await queueRefusals(stack.url);
    await killAgainAndAgain(context, stack.crashPostgres, stack.startPostgres, () => recordsFlow(context));
    // On a busy machine Redis, or an answer, may take longer than devices wait; that has nothing to do with PostgreSQL.
    const { ofQueue, others } = await queueRefusals(stack.url);
    const unexplained =
      ledger.retries() - ledger.retries('UND_ERR_HEADERS_TIMEOUT') - (ofQueue - before.ofQueue);
    require(unexplained <= 0 &&
      others === before.others, `no device to notice it, but: ${ledger.describeRetries()}`);
  },
};
