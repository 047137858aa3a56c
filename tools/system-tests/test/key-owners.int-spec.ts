import { randomUUID } from 'node:crypto';
import { createDeviceKey } from '@drivewatch/access';
import type { BatchAnswer, Problem } from '@drivewatch/contracts';
import { aWireRecord } from '@drivewatch/test-records';
import { eventually, type Stack, startStack } from '@drivewatch/test-stack';
import { postBody } from './post-body';
import { postRecord } from './post-record';
import { NDJSON, type Sent } from './record-bodies';

const DAY_MS = 86_400_000;

describe('ids that devices choose', () => {
  let stack: Stack;
  let urlWithoutKeys: string;
  let stopFurther: () => Promise<unknown>;
  beforeAll(async () => {
    stack = await startStack({ access: {} });
    const further = await stack.startFurtherApi({ AUTH: 'off' });
    urlWithoutKeys = further.url;
    stopFurther = () => further.process.stop();
  });
  afterAll(async () => {
    await stopFurther();
    await stack.stop();
  });

  const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });
  const post = async (key: string, record: Sent, headers: Record<string, string> = {}) => {
    const response = await postRecord(stack.url, record, { ...bearer(key), ...headers });
    return { status: response.status, answer: (await response.json()) as BatchAnswer & Problem };
  };
  /** Known to the API when it has read it; what is sent to find out is refused. */
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
  const aDriver = () => `ids-${randomUUID()}`;
  const at = (driverID: string, Speed: number) => aWireRecord({ driverID, Speed: String(Speed) });

  it('are of no use to another key, in whichever way it sends them first', async () => {
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
    // The record stands under its own key as before.
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
    // The old one holds until its end, and is refused after it.
    expect((await post(old.key, at(driverID, 3))).status).toBe(202);
    await eventuallyStored(driverID, [1, 2, 3]);
    await stack.access.keys.rotate(old.id, {
      ...{ secretHash: createDeviceKey().hash, expiresAt: null, oldEndsAt: new Date() },
    });
    await eventually(async () => {
      for (const ended of [old.key, key]) expect((await post(ended, at(driverID, 4))).status).toBe(401);
    });
  });
});
