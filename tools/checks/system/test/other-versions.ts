import { STORE_RECORDS_JOB, toRecordJob } from '@drivewatch/contracts';
import { aRecord, aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, type Stack } from '@drivewatch/testing';
import { readHealth } from './read-health';
import { metricsOf } from './metrics-of';
import { postRecord } from './post-record';
import { suiteStack } from './suite-stack';

describe('a Drivewatch beside other versions', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await suiteStack();
  });
  const ready = () => readHealth(stack.url);

  it('keeps a job of a newer version for a newer consumer, stores others meanwhile, and is not ready while only such wait', async () => {
    const driverId = 'newer';
    const storedOf = async () =>
      await stack.query('SELECT id FROM driving_record WHERE driver_id = $1', [driverId]);
    const newer = toRecordJob([aRecord({ driverId })]);
    const job = await stack.queue().add(STORE_RECORDS_JOB, { ...newer, version: 2 });
    await eventually(async () => expect(await job.isDelayed()).toBe(true));
    await stack.queue().add(STORE_RECORDS_JOB, { ...toRecordJob([aRecord({ driverId })]), more: 1 } as never);
    await eventually(async () => expect(await storedOf()).toHaveLength(1));
    await eventually(async () => {
      const { response, health } = await ready();
      expect([response.status, health.checks.queue]).toMatchObject([503, { status: 'down', failed: 0 }]);
    });
    expect((await metricsOf(stack.url)).get('drivewatch_queue_oldest_waiting_seconds')).toBeGreaterThan(0);
    expect(stack.consumers[0]?.output).toContain('A job is of version 2, and this program knows up to 1');
    expect(await storedOf()).toHaveLength(1);
    // This stands for a consumer that knows the version: the job has waited for it, whole and without a failed attempt.
    const kept = await stack.queue().getJob(job.id ?? '');
    expect([kept?.data, kept?.attemptsMade]).toEqual([{ ...newer, version: 2 }, 0]);
    await kept?.updateData(newer);
    await eventually(async () => expect(await storedOf()).toHaveLength(2));
    await eventually(async () => expect((await ready()).response.status).toBe(200));
  });

  it("takes and stores nothing while a newer version's schema prevents it, and says so", async () => {
    const driverId = 'too-new';
    const stored = () => stack.query('SELECT id FROM driving_record WHERE driver_id = $1', [driverId]);
    await stack.query(`INSERT INTO migrations (timestamp, name) VALUES (9000000000000, 'Drop9000000000000')`);
    await stack.query(`UPDATE schema_compatibility SET needs_migration = 9000000000000`);
    await eventually(async () => {
      const { response, health } = await ready();
      expect([response.status, health.checks.migrations]).toMatchObject([
        503,
        { status: 'down', message: expect.stringContaining('Drop9000000000000') as string },
      ]);
      const refused = await postRecord(stack.url, aWireRecord());
      expect([refused.status, refused.headers.has('retry-after')]).toEqual([503, true]);
      expect(await refused.json()).toMatchObject({
        code: 'SCHEMA_TOO_NEW',
        detail: expect.stringMatching(/a newer version of Drivewatch/) as string,
      });
      expect(stack.consumers[0]?.output).toMatch(/"Schema".*changed by a newer version .*Drop9000000000000/);
    });
    const job = await stack.queue().add(STORE_RECORDS_JOB, toRecordJob([aRecord({ driverId })]));
    await expect(stack.startConsumer()).rejects.toThrow(/did not start:[^]*Drop9000000000000/);
    expect(['waiting', 'delayed']).toContain(await job.getState());
    expect(await stored()).toEqual([]);
    await stack.query(`UPDATE schema_compatibility SET needs_migration = 1`);
    await eventually(async () => expect(await stored()).toHaveLength(1));
    await eventually(async () => expect((await ready()).response.status).toBe(200));
    await stack.query(`DELETE FROM migrations WHERE name = 'Drop9000000000000'`);
  });
});
