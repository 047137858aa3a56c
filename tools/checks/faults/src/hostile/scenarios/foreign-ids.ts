import { randomUUID } from 'node:crypto';
import { eventually, type Stack } from '@drivewatch/testing';
import { require } from '../../scenarios/watch';
import { sized } from '../hostile-scenario';
import { postRecords } from '../post-records';

/** `singly` is how many are sent one by one, which takes another path than a batch. */
const SIZES = { full: { records: 200, singly: 20 }, short: { records: 50, singly: 5 } };

/** Somebody knows the ids that another device will give its records, and uses all of them first. */
export const foreignIds = sized(SIZES, ({ records, singly }) => ({
  name: 'foreign-ids',
  what: `the recordIds and the Idempotency-Key of ${records} records of another key, used before it does`,
  act: async ({ stack, name, keyFor, note }) => {
    const driver = `${name}/victim`;
    const [foreign, own] = [await keyFor(null), await keyFor([driver])];
    const ids = Array.from({ length: records }, () => randomUUID());
    const trip = { 'Idempotency-Key': `${name}-${randomUUID()}` };
    const single = ids.slice(0, singly);
    const sendAll = async (key: string, speedKmh: number): Promise<number> => {
      const at = (n: number) => ({ ...aRecord(driver, speedKmh, n) });
      let accepted = 0;
      for (const [n, recordId] of single.entries())
        accepted += (await postRecords(stack.url, key, { ...at(n), recordId })).answer.accepted ?? 0;
      const rest = ids.slice(singly).map((recordId, n) => ({ ...at(singly + n), recordId }));
      accepted += (await postRecords(stack.url, key, rest)).answer.accepted ?? 0;
      const keyed = single.map((_, n) => at(records + n));
      accepted += (await postRecords(stack.url, key, keyed, trip)).answer.accepted ?? 0;
      return accepted;
    };
    const expected = records + singly;
    const taken = await sendAll(foreign, 1);
    const acknowledged = await sendAll(own, 2);
    const again = await sendAll(own, 2);
    note(`${taken} foreign records, ${acknowledged} of the device, ${again} of it again`);
    require(acknowledged === expected, `all ${expected} of the device to be taken, not ${acknowledged}`);
    require(again === expected, `all ${expected} to be taken when they are sent again, not ${again}`);
    await eventually(async () => {
      const stored = await storedOf(stack, driver, 2);
      require(stored === expected, `each record of the device to be stored once: ${expected}, not ${stored}`);
    });
  },
}));

const DAY_AGO_MS = 86_400_000;
const begunMs = Date.now() - DAY_AGO_MS;
const aRecord = (driverID: string, Speed: number, n: number) => ({
  driverID,
  Speed,
  Time: new Date(begunMs + n * 1_000).toISOString(),
});

async function storedOf(stack: Stack, driver: string, speedKmh: number): Promise<number> {
  const [row] = await stack.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM driving_record WHERE driver_id = $1 AND speed_kmh = $2',
    [driver, speedKmh],
  );
  return row?.count ?? 0;
}
