import { randomUUID } from 'node:crypto';
import { createDeviceKey } from '@drivewatch/credentials';
import { eventually } from '@drivewatch/testing';
import { require } from '../../scenarios/watch';
import { sized } from '../hostile-scenario';
import { keyIsKnown } from '../known-key';
import { postRecords } from '../post-records';

const SIZES = { full: { records: 100 }, short: { records: 30 } };
const OVERLAP_MS = 3_600_000;
const UNAUTHORIZED = 401;

/** A key has leaked: its device gets the next one and repeats what was not answered, and the leaked key is revoked. */
export const rotatedKey = sized(SIZES, ({ records }) => ({
  name: 'rotated-key',
  what: `a key that is replaced while ${records} records are sent again, and then taken back`,
  act: async ({ stack, name, note }) => {
    const driver = `${name}/driver`;
    const { id, key: old } = await stack.access.addKey({ name, driverIds: [driver] });
    await keyIsKnown(stack.url, old);
    const trip = { 'Idempotency-Key': randomUUID() };
    const keyed = Array.from({ length: records }, (_, n) => aRecord(driver, n));
    const named = keyed.map((record) => ({ ...record, Speed: 2, recordId: randomUUID() }));
    const sendAll = async (key: string) => [
      (await postRecords(stack.url, key, keyed, trip)).answer.accepted,
      (await postRecords(stack.url, key, named)).answer.accepted,
    ];
    const first = await sendAll(old);
    const { key, hash } = createDeviceKey();
    const oldEndsAt = new Date(Date.now() + OVERLAP_MS);
    await stack.access.keys.rotate(id, { secretHash: hash, expiresAt: null, oldEndsAt });
    await keyIsKnown(stack.url, key);
    const again = await sendAll(key);
    require([...first, ...again].every(
      (accepted) => accepted === records,
    ), `all to be taken under both keys, not ${[...first, ...again].join(', ')}`);
    const other = await postRecords(stack.url, key, { ...aRecord(driver, 0), Speed: 99 }, trip);
    require(other.answer.code === 'IDEMPOTENCY_KEY_REUSED', 'another record under a used key to be refused');
    await stack.access.keys.revoke(id);
    await eventually(async () => {
      const { status } = await postRecords(stack.url, old, {});
      require(status === UNAUTHORIZED, `the leaked key to be refused, not ${status}`);
    });
    const last = await postRecords(stack.url, key, aRecord(driver, records));
    require(last.status === 202, `the next key to go on, not ${last.status}`);
    const expected = 2 * records + 1;
    await eventually(async () => {
      const rows = await stack.query('SELECT FROM driving_record WHERE driver_id = $1', [driver]);
      require(rows.length === expected, `each record to be stored once: ${expected}, not ${rows.length}`);
    });
    note(
      `${records} records with recordId and ${records} with Idempotency-Key, each sent under both keys and stored once`,
    );
  },
}));

const begunMs = Date.now() - 86_400_000;
const aRecord = (driverID: string, n: number) => ({
  driverID,
  Speed: 1,
  Time: new Date(begunMs + n * 1_000).toISOString(),
});
