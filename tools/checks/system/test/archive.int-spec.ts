import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { aWireRecord } from '@drivewatch/contracts/samples';
import {
  catchMoment,
  eventually,
  insertRecords,
  SHORT_LOCK,
  type Stack,
  startStack,
} from '@drivewatch/testing';
import { createDataSource } from '@drivewatch/persistence';
import { archivedRows, countArchivedRows } from './archived-records';
import { acceptedId } from './post-record';

/** Enough for a run to be caught in the middle. */
const MANY = 25_000;
/** Inserts records of numbered drivers with that name, spread over some days. */
const insertOver = (name: string, days: number) =>
  insertRecords({
    driverId: `'${name}' || n`,
    recordedAt: `'2017-02-01'::timestamptz + n % ${days} * interval '1 day'`,
  });

const store = (stack: Stack, name: string, count: number, days: number) =>
  stack.query(insertOver(name, days), [count]);
/** Expects that this many records are stored, and that each of them is in the archive once. */
const expectArchivedOnce = async (stack: Stack, count: number) => {
  await eventually(async () => {
    expect(await countArchivedRows(stack.recordsFolder)).toBeGreaterThanOrEqual(count);
  });
  const stored = await stack.query<{ driver: string }>('SELECT driver_id AS driver FROM driving_record');
  const archived = (await archivedRows(stack.recordsFolder)).map(({ driver }) => driver);
  expect([stored.length, archived.length]).toEqual([count, count]);
  expect(new Set(archived)).toEqual(new Set(stored.map(({ driver }) => driver)));
};

/** Resolves once the run has reached that day. */
const dayBegun = (stack: Stack, day: string) =>
  catchMoment(() => expect(existsSync(join(stack.recordsFolder, `records/date=${day}`))).toBe(true));

describe('the archive', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ consumers: 2, archiveEvery: '1s', timeZone: 'Asia/Shanghai' });
  });
  afterAll(() => stack.stop());

  it('holds every record once while two consumers archive and records come in, also late ones', async () => {
    for (let n = 0; n < 40; n += 1) {
      await Promise.all(
        ['08', '23'].map((hour) =>
          acceptedId(
            stack.url,
            aWireRecord({ driverID: `posted${hour}-${n}`, Time: `2017-01-0${1 + (n % 3)} ${hour}:00:00` }),
          ),
        ),
      );
      await wait(50);
    }
    await expectArchivedOnce(stack, 80);
    const rows = await archivedRows(stack.recordsFolder);
    expect(rows.find(({ driver }) => driver === 'posted23-0')?.day).toBe('2017-01-01');
  });

  it('holds a record once whose transaction began before a run and ended after it', async () => {
    const before = await archivedRows(stack.recordsFolder);
    const slow = await createDataSource(stack.databaseUrl, { poolSize: 1 }).initialize();
    const runner = slow.createQueryRunner();
    await runner.startTransaction();
    await runner.query(insertOver('slow', 1), [1]);
    await store(stack, 'quick', 1, 1);
    // The absence of files is what counts, and a run that finds nothing leaves no trace: this is the time of two runs.
    await wait(2_000);
    expect(await archivedRows(stack.recordsFolder)).toEqual(before);
    await runner.commitTransaction();
    await runner.release();
    await slow.destroy();
    await expectArchivedOnce(stack, before.length + 2);
  });

  it('goes on when its connection to PostgreSQL is cut, and stops in the middle of it when the consumer does', async () => {
    await Promise.all(stack.consumers.map((consumer) => consumer.stop()));
    const before = (await archivedRows(stack.recordsFolder)).length;
    await store(stack, 'many', MANY, 30);
    const stopped = await stack.startConsumer();
    await dayBegun(stack, '2017-02-02');
    expect(await stopped.stop()).toBe(0);
    // It did not finish what it was working on.
    expect((await archivedRows(stack.recordsFolder)).length).toBeLessThan(before + MANY);
    const consumer = await stack.startConsumer();
    const cut = () =>
      eventually(async () => {
        const holders = await stack.query(
          `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted`,
        );
        expect(holders).toHaveLength(1);
      });
    await cut();
    await eventually(() => expect(consumer.output).toMatch(/Records were not archived, and will be/));
    await expectArchivedOnce(stack, before + MANY);
  });
});

describe('the archive that is not due again for an hour', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ consumers: 0, archiveEvery: '1h', env: SHORT_LOCK });
  });
  afterAll(() => stack.stop());

  it('is repeated by another consumer when its own is killed in the middle of it', async () => {
    await store(stack, 'many', MANY, 30);
    const victim = await stack.startConsumer();
    await dayBegun(stack, '2017-02-02');
    await victim.crash();
    const before = (await archivedRows(stack.recordsFolder)).length;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(MANY);
    await store(stack, 'late', 100, 30);
    const second = await stack.startConsumer();
    // Another consumer takes over when the job's lock has expired and a consumer has looked for such jobs.
    await expectArchivedOnce(stack, MANY + 100);
    expect(second.output).toMatch(/Archived/);
  });
});
