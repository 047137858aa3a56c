import { aRecord, aWireRecord } from '@drivewatch/contracts/samples';
import { STORE_RECORDS_JOB, toRecordJob } from '@drivewatch/contracts';
import { createDataSource } from '@drivewatch/persistence';
import { eventually, type Stack } from '@drivewatch/testing';
import { expectMetrics, metricsOf } from './metrics-of';
import { isNoJson } from './log-lines';
import { acceptedId } from './post-record';
import { readHealth } from './read-health';
import { suiteStack } from './suite-stack';

/** How long a queue may stand still before it counts as stalled, as the suite sets it. */
export const STALLED_SECONDS = 3;

describe('running Drivewatch', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await suiteStack();
  });

  const ready = async () => {
    const { response, health } = await readHealth(stack.url);
    // These checks come and go with PostgreSQL, and later than it; other tests cover them.
    const checks = Object.entries(health.checks)
      .filter(([name]) => name !== 'ticks' && name !== 'archive')
      .map(([name, { status }]) => `${name} ${status}`);
    return { response, health, checks: checks.sort() };
  };
  const isLive = async () => (await fetch(`${stack.url}/health/live`)).status === 200;

  it('is ready, and says in each outage what is missing without saying where it is', async () => {
    const allUp = ['migrations up', 'postgresql up', 'queue up', 'redis up'];
    const expectReady = () =>
      eventually(async () => {
        const { response, health, checks } = await ready();
        expect([response.status, health.status, checks]).toEqual([200, 'ok', allUp]);
      });
    const expectNotReady = (expected: string[]) =>
      eventually(async () => {
        const { response, health, checks } = await ready();
        expect([response.status, response.headers.get('content-type'), health.code]).toEqual([
          503,
          'application/problem+json; charset=utf-8',
          'NOT_READY',
        ]);
        expect(checks).toEqual(expected);
        expect(JSON.stringify(health)).not.toMatch(/127\.0\.0\.1|ECONN|password|drivewatch:/);
        expect(await isLive()).toBe(true);
      });

    await expectReady();
    await stack.crashRedis();
    await expectNotReady(['migrations up', 'postgresql up', 'queue down', 'redis down']);
    expect((await ready()).health.checks.archive?.status).toBe('down');
    await eventually(() => {
      for (const { output } of [stack.api(), ...stack.consumers])
        expect(output).toMatch(/Redis cannot be reached/);
    });
    await stack.startRedis();
    await expectReady();
    await stack.crashPostgres();
    await expectNotReady(['migrations down', 'postgresql down', 'queue up', 'redis up']);
    await expectMetrics(stack.url, {
      drivewatch_postgresql_up: 0,
      drivewatch_schema_pending_migrations: undefined,
    });
    await stack.startPostgres();
    await expectReady();
    await expectMetrics(stack.url, { drivewatch_postgresql_up: 1, drivewatch_schema_pending_migrations: 0 });
    stack.signalRedis('SIGSTOP');
    await expectNotReady(['migrations up', 'postgresql up', 'queue down', 'redis down']);
    stack.signalRedis('SIGCONT');
    await expectReady();
    const [undone] = await stack.query<{ timestamp: string; name: string }>(
      `WITH undone AS (DELETE FROM migrations WHERE name LIKE 'CreateArchiveBatch%' RETURNING timestamp, name)
       SELECT * FROM undone`,
    );
    await expectNotReady(['migrations down', 'postgresql up', 'queue up', 'redis up']);
    expect((await ready()).health.checks.migrations?.message).toMatch(/npm run migrate.*CreateArchiveBatch/);
    await expectMetrics(stack.url, { drivewatch_postgresql_up: 1, drivewatch_schema_pending_migrations: 1 });
    await stack.query(`INSERT INTO migrations (timestamp, name) VALUES ($1, $2)`, [
      undone?.timestamp,
      undone?.name,
    ]);
    await expectReady();
    // `output` is the end of a log, and may begin in the middle of a line.
    for (const { output } of [stack.api(), ...stack.consumers])
      expect(output.trim().split('\n').slice(1).filter(isNoJson)).toEqual([]);
  });

  it('is not ready while no tick is made, whatever the cause, says so, and is ready again once there is one', async () => {
    await stack.query(`ALTER TABLE tick_cursor RENAME ticked_for TO set_aside`);
    await eventually(async () => {
      const { response, health } = await ready();
      expect(response.status).toBe(503);
      expect(health.checks.ticks?.message).toMatch(/a tick is overdue by \d+ s; the log says why/);
    });
    expect((await metricsOf(stack.url)).get('drivewatch_tick_overdue_seconds')).toBeGreaterThan(0);
    expect(stack.api().output).toMatch(/A tick failed and is tried again: .*ticked_for/);
    await stack.query(`ALTER TABLE tick_cursor RENAME set_aside TO ticked_for`);
    await eventually(async () => {
      const { health } = await ready();
      expect(health.checks.ticks).toEqual({ status: 'up' });
    });
    expect((await metricsOf(stack.url)).get('drivewatch_tick_overdue_seconds')).toBeLessThan(2);
  });

  it('is not ready while records that were stored are in no tick, says why, and shows them once they may be', async () => {
    const source = await createDataSource(stack.databaseUrl).initialize();
    const runner = source.createQueryRunner();
    await runner.startTransaction();
    await runner.query('SELECT store_number()');
    await acceptedId(stack.url, aWireRecord());
    await eventually(async () => {
      const { response, health } = await ready();
      expect(response.status).toBe(503);
      expect(health.checks.ticks?.message).toMatch(
        /are in no tick: a transaction that stored some is still open/,
      );
    });
    expect((await metricsOf(stack.url)).get('drivewatch_tick_lag_seconds')).toBeGreaterThan(0);
    await runner.rollbackTransaction();
    await source.destroy();
    await eventually(async () => expect((await ready()).health.checks.ticks).toEqual({ status: 'up' }));
    await expectMetrics(stack.url, { drivewatch_tick_lag_seconds: 0 });
  });

  it('is not ready while jobs wait of which none is done, and ready again once they are', async () => {
    const [consumer] = stack.consumers;
    await eventually(async () => expect((await ready()).response.status).toBe(200));
    consumer?.kill('SIGSTOP');
    await acceptedId(stack.url, aWireRecord());
    await acceptedId(stack.url, aWireRecord());
    await eventually(async () => {
      const { response, health } = await ready();
      expect(response.status).toBe(503);
      expect(health.checks.queue).toMatchObject({ status: 'down' });
      const seconds = /none was finished for (\d+) s/.exec(health.checks.queue?.message ?? '')?.[1];
      expect(Number(seconds)).toBeGreaterThanOrEqual(STALLED_SECONDS);
    });
    const metrics = await metricsOf(stack.url);
    expect(metrics.get('drivewatch_queue_stalled_seconds')).toBeGreaterThan(STALLED_SECONDS);
    consumer?.kill('SIGCONT');
    await eventually(async () => expect((await ready()).response.status).toBe(200));
  });

  it('sets records aside that can never be stored, stores their siblings, and shows the job until it is dealt with', async () => {
    const driverId = 'set-aside';
    const good = Array.from({ length: 20 }, () => aRecord({ driverId }));
    const unreadable = { ...aRecord({ driverId }), speedKmh: 'fast' as unknown as number };
    const unstorable = aRecord({ driverId, plateNumber: 'A\u0000B' });
    const records = [...good.slice(0, 8), unreadable, ...good.slice(8), unstorable];
    const { id = '' } = await stack.queue().add(STORE_RECORDS_JOB, toRecordJob(records));
    const job = await eventually(async () => {
      const [failed] = await stack.queue().getFailed();
      expect(failed?.id).toBe(id);
      return failed;
    });
    expect(job?.failedReason).toMatch(
      /^2 of 22 records .* set aside; row 9: speedKmh: .*; row 22: id .*22021/,
    );
    expect(job?.data).toEqual(toRecordJob([unreadable, unstorable]));
    const storedIds = async () =>
      (
        await stack.query<{ id: string }>('SELECT id FROM driving_record WHERE driver_id = $1', [driverId])
      ).map((row) => row.id);
    expect((await storedIds()).sort()).toEqual(good.map((record) => record.id).sort());

    await eventually(async () => {
      const { response, health } = await ready();
      expect([response.status, health.status, health.checks.queue?.status]).toEqual([
        200,
        'degraded',
        'degraded',
      ]);
      expect((await metricsOf(stack.url)).get('drivewatch_queue_failed_jobs')).toBe(1);
    });

    // Somebody has corrected one of the records, and makes the job run again from the board.
    await job?.updateData(toRecordJob([{ ...unreadable, speedKmh: 72 }, unstorable]));
    const board = `${stack.url}/admin/queues/api/queues/driving-records`;
    const retried = await fetch(`${board}/${id}/retry`, { method: 'PUT' });
    expect(retried.status).toBeLessThan(300);
    await eventually(async () => {
      const [failed] = await stack.queue().getFailed();
      expect(failed?.data).toEqual(toRecordJob([unstorable]));
    });
    expect(await storedIds()).toHaveLength(21);
    await (await stack.queue().getJob(id))?.remove();
    await eventually(async () => expect((await ready()).health.status).toBe('ok'));
  });
});
