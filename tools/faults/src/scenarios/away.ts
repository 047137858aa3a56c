import { setTimeout as wait } from 'node:timers/promises';
import type { Scenario } from './scenario';
import { recordsFlow, require } from './watch';

/** Devices are told to come again until Redis is back. */
export const redisAway: Scenario = {
  name: 'redis-away',
  what: 'Redis away (kill -9, started again later)',
  seconds: { short: [3], all: [3, 10, 60] },
  act: async (context) => {
    const { stack, ledger, seconds } = context;
    await stack.crashRedis();
    await wait(seconds * 1_000);
    require(ledger.retries('503') > 0, 'devices to be answered 503 while Redis is away');
    await stack.startRedis();
    await recordsFlow(context);
  },
};

/** Redis does what it was asked for though nobody waits for it any more: such a record is sent again while it is stored. */
export const redisHangs: Scenario = {
  name: 'redis-hangs',
  what: 'SIGSTOP of Redis, then SIGCONT: commands are carried out whose senders have given up',
  seconds: { short: [3], all: [3, 20] },
  act: async (context) => {
    const { stack, ledger, seconds } = context;
    stack.signalRedis('SIGSTOP');
    try {
      await wait(seconds * 1_000);
      require(ledger.retries('503') > 0, 'devices to be answered 503 while Redis hangs');
    } finally {
      stack.signalRedis('SIGCONT');
    }
    await recordsFlow(context);
  },
};

/** The queue takes what comes. */
export const postgresAway: Scenario = {
  name: 'postgres-away',
  what: 'PostgreSQL away (kill -9, started again later); records go on being acknowledged',
  seconds: { short: [20], all: [20, 180] },
  act: async (context) => {
    const { stack, seconds } = context;
    await stack.crashPostgres();
    try {
      await wait((seconds * 1_000) / 2);
      await recordsFlow(context);
      await wait((seconds * 1_000) / 2);
    } finally {
      await stack.startPostgres();
    }
    await recordsFlow(context);
  },
};
