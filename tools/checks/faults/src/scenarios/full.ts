import { setTimeout as wait } from 'node:timers/promises';
import { eventually, type Stack } from '@drivewatch/testing';
import { SmallDisk, whyNoSmallDisk } from '../disturb/small-disk';
import type { Scenario } from './scenario';
import { devicesAreRefused, goesDown, HANG_MS, recordsFlow, require } from './watch';

const MEGABYTE = 1024 * 1024;
const MANY_JOBS = 20;

/** With `noeviction`, Redis refuses what would need memory, and forgets nothing. */
export const redisFull: Scenario = {
  name: 'redis-full',
  what: 'Redis at its maxmemory (noeviction); the limit is lifted later',
  seconds: [6, 60],
  act: async (context) => {
    const redis = context.stack.redis();
    await redis.config('SET', 'maxmemory', '1mb');
    try {
      await devicesAreRefused(context, 'Redis is full');
    } finally {
      await redis.config('SET', 'maxmemory', '0');
    }
    await recordsFlow(context);
  },
};

/** Waiting jobs must not keep consumers from taking them: at its limit, Redis refuses the scripts that take jobs. */
export const redisFilled: Scenario = {
  name: 'redis-filled',
  what: 'Redis fills up to its maxmemory while no consumer runs; then consumers start, and the limit stays',
  act: async (context) => {
    const { stack, ledger, consumers, note } = context;
    const redis = stack.redis();
    const count = await consumers.crashAll();
    await eventually(async () => {
      require((await stack.queue().getWaitingCount()) > MANY_JOBS, 'jobs to wait');
    }, HANG_MS);
    const usedBytes = Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]);
    await redis.config('SET', 'maxmemory', String(usedBytes + 16 * MEGABYTE));
    const ballast: string[] = [];
    try {
      // This data comes on top of the queue, which alone would take minutes to fill Redis.
      while (ledger.retries('503') === 0) {
        const key = `ballast:${ballast.length}`;
        ballast.push(key);
        await redis.set(key, 'x'.repeat(MEGABYTE / 4));
        await wait(100);
      }
      const waiting = await stack.queue().getWaitingCount();
      note(`${waiting} jobs waited when records were refused first`);
      await consumers.start(count);
      // As soon as there is memory, records are accepted again; the queue need not become empty for that.
      await goesDown('waiting jobs', () => stack.queue().getWaitingCount(), waiting / 2);
    } finally {
      await redis.config('SET', 'maxmemory', '0');
      await redis.del(...ballast);
    }
    await recordsFlow(context);
  },
};

/** Jobs wait in the queue until there is space again. */
export const postgresDiskFull: Scenario = {
  name: 'postgres-disk-full',
  what: 'the disk that holds the records fills up to the last byte; space is made later',
  seconds: [8, 60],
  whyNot: whyNoSmallDisk,
  act: async (context) => {
    const { stack, seconds, note } = context;
    const [place] = await stack.query<{ folder: string; bytes: string }>(
      `SELECT current_setting('data_directory') AS folder,
         (SELECT sum(pg_table_size(relid)) FROM pg_partition_tree('driving_record')) AS bytes`,
    );
    require(place !== undefined, 'PostgreSQL to say where its data is');
    await makeDays(stack);
    const disk = await SmallDisk.mount(Number(place.bytes) + 32 * MEGABYTE, place.folder);
    try {
      await stack.query(`CREATE TABLESPACE small_disk LOCATION '${disk.dir}'`);
      await moveRecords(stack, 'small_disk');
      await disk.fill();
      const waiting = await eventually(async () => {
        const counts = await stack.queue().getJobCounts('waiting', 'active');
        const jobs = Object.values(counts).reduce((sum, count) => sum + count, 0);
        const said = stack.consumers.some(({ output }) => output.includes('No space left on device'));
        if (!said || jobs < MANY_JOBS)
          throw new Error(
            `The disk is full, and only ${jobs} jobs wait; consumers ${said ? 'say' : 'do not say'} that it is`,
          );
        return jobs;
      }, HANG_MS);
      await wait(seconds * 1_000);
      note(`${waiting} jobs waited after the first refusal`);
      await disk.free();
      await recordsFlow(context);
      await eventually(() => moveRecords(stack, 'pg_default'), HANG_MS);
      await stack.query(`DROP TABLESPACE small_disk`);
    } finally {
      await disk.unmount();
    }
  },
};

/**
 * Makes partitions for days: one that consumers could not make so far would be made later, and not on the small disk.
 */
async function makeDays(stack: Pick<Stack, 'query'>): Promise<void> {
  await stack.query(
    `SELECT create_driving_record_day(day::date)
     FROM generate_series(now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC' + interval '1 day', interval '1 day') AS day`,
  );
}

/** Moves each partition separately: a partitioned table has no place of its own. */
async function moveRecords(stack: Pick<Stack, 'query'>, tablespace: string): Promise<void> {
  const partitions = await stack.query<{ name: string }>(
    `SELECT relid::regclass::text AS name FROM pg_partition_tree('driving_record') WHERE isleaf`,
  );
  for (const { name } of partitions) await stack.query(`ALTER TABLE ${name} SET TABLESPACE ${tablespace}`);
}
