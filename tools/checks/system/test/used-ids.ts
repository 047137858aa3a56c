import { randomUUID } from 'node:crypto';
import { REDIS_PREFIX } from '@drivewatch/redis';
import { type AddDataAnswer, type Problem } from '@drivewatch/contracts';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, type Stack } from '@drivewatch/testing';
import { suiteStack } from './suite-stack';
import { LiveClient } from './live-client';
import { metricsOf, totalOf } from './metrics-of';
import { acceptedId, postRecord } from './post-record';
import { NDJSON, type Sent } from './record-bodies';
import { postBody } from './post-body';

let stack: Stack;

const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();
const driver = (name: string) => `${name}-${randomUUID()}`;
const speedsOf = async (driverID: string) =>
  (
    await stack.query<{ speed: number }>(
      'SELECT speed_kmh AS speed FROM driving_record WHERE driver_id = $1 ORDER BY speed_kmh',
      [driverID],
    )
  ).map(({ speed }) => speed);
const eventuallyStored = (driverID: string, speeds: number[]) =>
  eventually(async () => expect(await speedsOf(driverID)).toEqual(speeds));
/** Waits until everything that was accepted is stored, or set aside. */
const drained = () =>
  eventually(async () =>
    expect(await stack.queue().getJobCounts('waiting', 'active', 'delayed')).toEqual({
      waiting: 0,
      active: 0,
      delayed: 0,
    }),
  );
/** Deletes what Redis remembers of ids, as if that was long ago, or Redis had lost its data. */
const forgetIds = async () => {
  const keys = await stack.redis().keys(`${REDIS_PREFIX}:used-ids:*`);
  expect(keys.length).toBeGreaterThan(0);
  await stack.redis().del(...keys);
};
const post = async (record: Sent, headers: Record<string, string> = {}, url = stack.url) => {
  const response = await postRecord(url, record, headers);
  return { status: response.status, answer: (await response.json()) as AddDataAnswer & Problem };
};
const postAll = (records: Sent[], headers: Record<string, string> = {}, url = stack.url) =>
  postBody(url, 'application/x-ndjson', NDJSON(records), { headers });

describe('chosen ids that are used again', () => {
  beforeAll(async () => {
    stack = await suiteStack();
  });

  it('are refused with another content, of which nothing is stored and nobody alerted', async () => {
    const page = await LiveClient.connect(stack.url);
    const driverID = driver('rebooted');
    const key = { 'Idempotency-Key': `${driverID}-0001` };
    const first = aWireRecord({ driverID, Speed: '10', Time: secondsAgo(9) });
    const second = aWireRecord({ driverID, Speed: '150', Time: secondsAgo(1), isOverspeed: '1' });
    expect((await post(first, key)).status).toBe(202);
    const refused = await post(second, key);
    expect(refused).toMatchObject({ status: 422, answer: { status: 422, code: 'IDEMPOTENCY_KEY_REUSED' } });
    expect(refused.answer.detail).toBe(
      `Idempotency-Key is "${`${driverID}-0001`.slice(0, 40)}…", which was used before, with different content; ` +
        'allowed: a key of its own for each request, and the same again only for the same records in the same order',
    );
    // The same content sent again is no different one, however it is spelled.
    expect((await post({ ...first, Speed: '10.0', Direction: '+211' }, key)).status).toBe(202);
    const last = driver('last');
    await acceptedId(stack.url, aWireRecord({ driverID: last, Time: secondsAgo(0), isOverspeed: '1' }));
    await eventually(() => expect(page.alerts.map((alert) => alert.driverID)).toContain(last));
    expect(page.alerts.filter((alert) => alert.driverID === driverID)).toEqual([]);
    page.close();
    await drained();
    expect(await speedsOf(driverID)).toEqual([10]);
    expect(await stack.queue().getFailedCount()).toBe(0);
    const metrics = await metricsOf(stack.url);
    expect(metrics.get('drivewatch_records_rejected_total{reason="IDEMPOTENCY_KEY_REUSED"}')).toBe(1);
  });

  it('hold up none of the others of a batch, and are told at their positions', async () => {
    const driverID = driver('batch');
    const [one, two] = [randomUUID(), randomUUID()];
    const at = (Speed: number, recordId?: string) => ({
      ...aWireRecord({ driverID, Speed: String(Speed) }),
      ...(recordId && { recordId }),
    });
    const key = { 'Idempotency-Key': driverID };
    const sent = [at(1, one), at(2), at(3, one.toUpperCase()), at(1, one), at(4, two)];
    const first = await postAll(sent, key);
    expect(first.status).toBe(202);
    expect(first.answer).toMatchObject({
      accepted: 4,
      rejected: [{ index: 2, code: 'RECORD_ID_REUSED', errors: [{ field: 'recordId' }] }],
      ids: [one, expect.any(String) as string, one, two],
    });
    const next = await postAll([at(5, two), at(6), at(7)], key);
    expect(next.answer.rejected.map(({ index, code }) => [index, code])).toEqual([
      [0, 'RECORD_ID_REUSED'],
      [1, 'IDEMPOTENCY_KEY_REUSED'],
    ]);
    const none = await postAll([at(8, two), at(9)], key);
    expect([none.status, none.answer.code, none.answer.rejectedCount]).toEqual([422, 'RECORD_ID_REUSED', 2]);
    expect((await postAll(sent, key)).answer).toMatchObject({ accepted: 4, rejectedCount: 1 });
    await drained();
    expect(await speedsOf(driverID)).toEqual([1, 2, 4, 7]);
  });

  it('stand for one of several contents that come at the same time', async () => {
    const driverID = driver('at-once');
    const recordId = randomUUID();
    const further = await stack.startFurtherApi();
    const answers = await Promise.all(
      Array.from({ length: 12 }, async (_, n) => {
        const url = n % 2 === 0 ? stack.url : further.url;
        const { status } = await post({ ...aWireRecord({ driverID, Speed: String(n) }), recordId }, {}, url);
        return { n, status };
      }),
    );
    await further.process.stop();
    const taken = answers.filter(({ status }) => status === 202);
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(11);
    await drained();
    expect(await speedsOf(driverID)).toEqual(taken.map(({ n }) => n));
  });

  it('are known by what is stored when Redis has forgotten them', async () => {
    const driverID = driver('forgotten');
    const key = { 'Idempotency-Key': driverID };
    const at = (Speed: number) => aWireRecord({ driverID, Speed: String(Speed) });
    expect((await postAll([at(1), at(2)], key)).status).toBe(202);
    await eventuallyStored(driverID, [1, 2]);
    await forgetIds();
    const again = await postAll([at(1), at(3)], key);
    expect(again.answer).toMatchObject({
      accepted: 1,
      rejected: [{ index: 1, code: 'IDEMPOTENCY_KEY_REUSED' }],
    });
    // The refused record is not remembered as if it were the stored one.
    expect((await postAll([at(1), at(2)], key)).answer.accepted).toBe(2);
    expect((await post(at(4), key)).status).toBe(422);
    await drained();
    expect(await speedsOf(driverID)).toEqual([1, 2]);
  });

  it('may be sent again when the queue could not confirm them', async () => {
    const driverID = driver('full');
    const key = { 'Idempotency-Key': driverID };
    const records = Array.from({ length: 1_620 }, (_, n) => aWireRecord({ driverID, Speed: String(n / 8) }));
    const small = await stack.startFurtherApi({ QUEUE_MAX: '1' });
    stack.consumers[0]?.kill('SIGSTOP');
    try {
      const full = await postAll(records, key, small.url);
      expect([full.status, full.answer.code]).toEqual([503, 'QUEUE_FULL']);
      expect(full.answer.nextIndex).toBeLessThan(records.length);
    } finally {
      stack.consumers[0]?.kill('SIGCONT');
    }
    const again = await postAll(records, key);
    expect([again.status, again.answer.accepted]).toEqual([202, 1_620]);
    await small.process.stop();
    await drained();
    expect(await speedsOf(driverID)).toHaveLength(1_620);
  });

  it('are set aside with the failed jobs if nobody could notice it before', async () => {
    const driverID = driver('nobody-knew');
    const key = { 'Idempotency-Key': driverID };
    const at = (Speed: number) => aWireRecord({ driverID, Speed: String(Speed) });
    expect((await post(at(1), key)).status).toBe(202);
    await eventuallyStored(driverID, [1]);
    await stack.crashPostgres();
    await forgetIds();
    expect((await post(at(2), key)).status).toBe(202);
    expect((await post(at(2), key)).status).toBe(202);
    await acceptedId(stack.url, at(3));
    await stack.startPostgres();
    await eventuallyStored(driverID, [1, 3]);
    await drained();
    const failed = await eventually(async () => {
      const jobs = await stack.queue().getFailed();
      expect(jobs.flatMap(({ data }) => data.rows)).toHaveLength(2);
      return jobs;
    });
    for (const { failedReason } of failed)
      expect(failedReason).toMatch(
        /row \d+: id [0-9a-f-]{36}: its recordId or Idempotency-Key was used before for another record, which stays/,
      );
    await eventually(async () => {
      const metrics = await metricsOf(stack.url);
      expect(totalOf(metrics, 'drivewatch_records_conflicting_total')).toBe(2);
      expect(totalOf(metrics, 'drivewatch_records_set_aside_total')).toBe(2);
    });
    // Somebody who looks at the job gives the record an id of its own, and it is stored.
    const [job] = failed;
    const fields = job?.data.fields ?? [];
    const row = job?.data.rows[0]?.map((value, index) => (fields[index] === 'id' ? randomUUID() : value));
    await job?.updateData({ ...job.data, rows: [row ?? []] });
    await job?.retry('failed');
    await eventuallyStored(driverID, [1, 2, 3]);
    expect(await speedsOf(driverID)).toEqual([1, 2, 3]);
  });
});
