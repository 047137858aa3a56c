import { randomUUID } from 'node:crypto';
import { createDeviceKey } from '@drivewatch/credentials';
import { type AddDataAnswer, type Problem, STORE_RECORDS_JOB, toRecordJob } from '@drivewatch/contracts';
import { aRecord, aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, type Stack } from '@drivewatch/testing';
import { suiteStack } from './suite-stack';
import { postBody } from './post-body';
import { postRecord } from './post-record';
import { NDJSON, type Sent } from './record-bodies';

const DAY_MS = 86_400_000;

describe('ids that devices choose', () => {
  let stack: Stack;
  let urlWithoutKeys: string;
  let stopFurther: () => Promise<unknown>;
  beforeAll(async () => {
    stack = await suiteStack();
    const further = await stack.startFurtherApi({ AUTH: 'off' });
    urlWithoutKeys = further.url;
    stopFurther = () => further.process.stop();
  });
  afterAll(async () => {
    await stopFurther();
  });

  const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });
  const post = async (key: string, record: Sent, headers: Record<string, string> = {}) => {
    const response = await postRecord(stack.url, record, { ...bearer(key), ...headers });
    return { status: response.status, answer: (await response.json()) as AddDataAnswer & Problem };
  };
  /** Waits until the API has read the key; the request used to find out is refused. */
  const untilKnown = (key: string) => eventually(async () => expect((await post(key, {})).status).toBe(400));
  const newKey = async () => {
    const { id, key } = await stack.access.addKey();
    await untilKnown(key);
    return { id, key };
  };
  const eventuallyStored = (driverID: string, speeds: number[]) =>
    eventually(async () => {
      const rows = await stack.query<{ speed: number }>(
        'SELECT speed_kmh AS speed FROM driving_record WHERE driver_id = $1 ORDER BY speed_kmh',
        [driverID],
      );
      expect(rows.map(({ speed }) => speed)).toEqual(speeds);
    });
  /** Waits until everything that was accepted is stored, or set aside. */
  const drained = () =>
    eventually(async () =>
      expect(await stack.queue().getJobCounts('waiting', 'active', 'delayed')).toEqual({
        waiting: 0,
        active: 0,
        delayed: 0,
      }),
    );
  const aDriver = () => `ids-${randomUUID()}`;
  const at = (driverID: string, Speed: number) => aWireRecord({ driverID, Speed: String(Speed) });

  it('are of no use to another key, however it sends them first', async () => {
    const [honest, foreign] = await Promise.all([newKey(), newKey()]);
    const driverID = aDriver();
    const [one, two] = [randomUUID(), randomUUID()];
    const trip = { 'Idempotency-Key': `${driverID}-trip` };
    const first = [
      { ...at(driverID, 1), recordId: one },
      { ...at(driverID, 2), recordId: two },
    ];
    expect((await post(foreign.key, first[0] ?? {})).status).toBe(202);
    const batch = await postBody(stack.url, 'application/x-ndjson', NDJSON(first), {
      headers: bearer(foreign.key),
    });
    expect(batch.status).toBe(202);
    expect((await post(foreign.key, at(driverID, 3), trip)).status).toBe(202);

    for (const [Speed, recordId] of [
      [11, one],
      [12, two],
    ] as const) {
      const { status, answer } = await post(honest.key, { ...at(driverID, Speed), recordId });
      expect([status, answer.ids]).toEqual([202, [recordId]]);
    }
    const many = await postBody(
      stack.url,
      'application/x-ndjson',
      NDJSON([at(driverID, 13), { ...at(driverID, 11), recordId: one }]),
      { headers: { ...bearer(honest.key), ...trip } },
    );
    expect(many.answer).toMatchObject({ accepted: 2, rejectedCount: 0 });
    await eventuallyStored(driverID, [1, 2, 3, 11, 12, 13]);
    // The record is still stored under its own key.
    expect((await post(foreign.key, { ...at(driverID, 11), recordId: one })).status).toBe(422);
  });

  it('that were used while nobody needed a key keep no key from using them', async () => {
    const { key } = await newKey();
    const driverID = aDriver();
    const recordId = randomUUID();
    const sent: Sent = { ...at(driverID, 1), recordId };
    const open = await postRecord(urlWithoutKeys, sent);
    expect(open.status).toBe(202);
    await eventuallyStored(driverID, [1]);
    expect((await post(key, { ...at(driverID, 2), recordId })).status).toBe(202);
    await eventuallyStored(driverID, [1, 2]);
    // The device's own record, sent again after the change, is stored once.
    const other = await newKey();
    expect((await post(other.key, { ...at(driverID, 1), recordId })).status).toBe(202);
    expect((await post(other.key, at(driverID, 3))).status).toBe(202);
    await eventuallyStored(driverID, [1, 2, 3]);
  });

  it('stay those of a key that is replaced: what is sent again under the new one is stored once', async () => {
    const old = await newKey();
    const driverID = aDriver();
    const recordId = randomUUID();
    const trip = { 'Idempotency-Key': `${driverID}-trip` };
    expect((await post(old.key, at(driverID, 1), trip)).status).toBe(202);
    expect((await post(old.key, { ...at(driverID, 2), recordId })).status).toBe(202);
    const { key, hash } = createDeviceKey();
    const inAWeek = new Date(Date.now() + 7 * DAY_MS);
    await stack.access.keys.rotate(old.id, { secretHash: hash, expiresAt: null, oldEndsAt: inAWeek });
    await untilKnown(key);
    expect((await post(key, at(driverID, 1), trip)).status).toBe(202);
    expect((await post(key, { ...at(driverID, 2), recordId })).status).toBe(202);
    const other = await post(key, at(driverID, 9), trip);
    expect([other.status, other.answer.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    // The old key is valid until its end, and is refused afterwards.
    expect((await post(old.key, at(driverID, 3))).status).toBe(202);
    await eventuallyStored(driverID, [1, 2, 3]);
    await stack.access.keys.rotate(old.id, {
      secretHash: createDeviceKey().hash,
      expiresAt: null,
      oldEndsAt: new Date(),
    });
    await eventually(async () => {
      for (const ended of [old.key, key]) expect((await post(ended, at(driverID, 4))).status).toBe(401);
    });
  });

  it('are ids of records of their own, and no key can take from another', async () => {
    const keys = (await Promise.all([newKey(), newKey()])).map(({ key }) => key);
    const driverID = aDriver();
    const recordId = randomUUID();
    const sent = (Speed: number) => ({ ...at(driverID, Speed), recordId });
    for (const [index, key] of keys.entries()) {
      const { status, answer } = await post(key, sent(index + 1));
      expect([status, answer.ids]).toEqual([202, [recordId]]);
    }
    for (const [index, key] of keys.entries()) {
      expect((await post(key, sent(index + 1))).status).toBe(202);
      expect((await post(key, sent(3))).answer.code).toBe('RECORD_ID_REUSED');
    }
    const trip = { 'Idempotency-Key': driverID };
    for (const [index, key] of keys.entries())
      expect((await post(key, at(driverID, index + 5), trip)).status).toBe(202);
    await drained();
    await eventuallyStored(driverID, [1, 2, 5, 6]);
  });

  it('find a record that was stored under its recordId itself, as before the upgrade', async () => {
    const [one, other] = await Promise.all([newKey(), newKey()]);
    const driverID = aDriver();
    const sent = { ...at(driverID, 1), recordId: randomUUID() };
    // An older API has queued it without saying what the id stands for.
    const older = aRecord({ id: sent.recordId, driverId: driverID, speedKmh: 1 });
    older.recordedAtMs = Date.parse(`${sent.Time?.replace(' ', 'T') ?? ''}Z`);
    await stack.queue().add(STORE_RECORDS_JOB, toRecordJob([older]));
    await eventuallyStored(driverID, [1]);
    const { status, answer } = await post(one.key, sent);
    expect([status, answer.ids]).toEqual([202, [sent.recordId]]);
    await drained();
    await eventuallyStored(driverID, [1]);
    const changed = { ...sent, Speed: '2', Time: new Date(Date.now() - 1_000).toISOString() };
    expect((await post(other.key, changed)).status).toBe(202);
    await eventuallyStored(driverID, [1, 2]);
  });
});
