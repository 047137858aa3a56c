import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type AppProcess, catchMoment, eventually, insertRecords, type Stack } from '@drivewatch/testing';
import { postStatus } from './post';
import { type TimePromise, timed } from './time-promise';

const END_LIMIT_MS = 10_000;
/** Enough for an archive run to be interrupted in the middle. */
const MANY = 50_000;
const DAYS = 30;
/** @throws Error when it did not end in an orderly way */
const end = (app: AppProcess): Promise<number> =>
  timed(async () => {
    const code = await app.stop();
    if (code !== 0) throw new Error(`An app ended with ${code ?? 'a signal'}`);
  });

async function endBoth(stack: Stack): Promise<number> {
  const running = stack.consumers.filter(({ isRunning }) => isRunning);
  return Math.max(...(await Promise.all([stack.api(), ...running].map(end))));
}

async function startBoth(stack: Stack): Promise<void> {
  await stack.startApi();
  await stack.startConsumer();
}

/** Starts devices that send without a pause until the server is gone. */
function keepPosting(stack: Stack): Promise<unknown> {
  const device = async (): Promise<void> => {
    for (;;) {
      const status = await postStatus(stack.url, { driverID: 'busy' }).catch(() => null);
      if (status === null) return;
    }
  };
  return Promise.all(Array.from({ length: 20 }, device));
}

export const END_PROMISES: readonly TimePromise[] = [
  {
    what: 'SIGTERM ends an API and a consumer under load',
    promisedIn: 'operations.md',
    limitMs: END_LIMIT_MS,
    measure: async (stack) => {
      const posting = keepPosting(stack);
      await eventually(async () => {
        const rows = await stack.query(`SELECT FROM driving_record WHERE driver_id = 'busy' LIMIT 100`);
        if (rows.length < 100) throw new Error('No load yet');
      });
      const ms = await endBoth(stack);
      await posting;
      await startBoth(stack);
      return ms;
    },
  },
  {
    what: 'SIGTERM ends both while Redis and PostgreSQL hang',
    promisedIn: 'operations.md',
    limitMs: END_LIMIT_MS,
    measure: async (stack) => {
      stack.signalRedis('SIGSTOP');
      stack.signalPostgres('SIGSTOP');
      const ms = await endBoth(stack);
      stack.signalRedis('SIGCONT');
      stack.signalPostgres('SIGCONT');
      await startBoth(stack);
      return ms;
    },
  },
  {
    what: 'SIGTERM ends a consumer in the middle of an archive run',
    promisedIn: 'operations.md',
    limitMs: END_LIMIT_MS,
    stack: { consumers: 0, archiveEvery: '1s' },
    measure: async (stack, round) => {
      // Each round has days of its own, so that their folders show how far the run has come.
      const year = 2017 + round;
      const isBegun = (day: string) =>
        existsSync(join(stack.recordsFolder, `records/date=${year}-01-${day}`));
      const recordedAt = `'${year}-01-01'::timestamptz + n % ${DAYS} * interval '1 day'`;
      await stack.query(insertRecords({ driverId: `'many' || n`, recordedAt }), [MANY]);
      const consumer = await stack.startConsumer();
      await catchMoment(() => {
        if (!isBegun('02')) throw new Error('The run has not come to the second day');
      });
      const ms = await end(consumer);
      if (isBegun(String(DAYS))) throw new Error('The run was over before the consumer was');
      return ms;
    },
  },
];
