import { setTimeout as wait } from 'node:timers/promises';
import type { Scenario } from './scenario';
import { devicesAreRefused, recordsFlow } from './watch';

/** Devices are told to come again until Redis is back. */
export const redisAway: Scenario = {
  name: 'redis-away',
  what: 'Redis away (kill -9, started again later)',
  seconds: [3, 10, 60],
  act: async (context) => {
    const { stack } = context;
    await stack.crashRedis();
    await devicesAreRefused(context, 'Redis is away');
    await stack.startRedis();
    await recordsFlow(context);
  },
};

/**
 * Redis still does what it was asked even if nobody waits for it any more: such a record is sent again while it is
 * stored.
 */
export const redisHangs: Scenario = {
  name: 'redis-hangs',
  what: 'SIGSTOP of Redis, then SIGCONT: commands are carried out whose senders have given up',
  seconds: [3, 20],
  act: async (context) => {
    const { stack } = context;
    stack.signalRedis('SIGSTOP');
    try {
      await devicesAreRefused(context, 'Redis hangs');
    } finally {
      stack.signalRedis('SIGCONT');
    }
    await recordsFlow(context);
  },
};

/** The queue takes everything that comes. */
export const postgresAway: Scenario = {
  name: 'postgres-away',
  what: 'PostgreSQL away (kill -9, started again later); records go on being acknowledged',
  seconds: [20, 180],
  act: async (context) => {
    const { stack, seconds } = context;
    await stack.crashPostgres();
    try {
      await recordsFlow(context);
      await wait(seconds * 1_000);
      await recordsFlow(context);
    } finally {
      await stack.startPostgres();
    }
    await recordsFlow(context);
  },
};
