import { eventually, type Stack } from '@drivewatch/testing';
import { HANG_MS, require } from '../../scenarios/watch';
import { sized } from '../hostile-scenario';

/**
 * Both sizes span equally many years, so that they have the same kinds of partitions; with one for each day there would
 * be more than {@link MOST_PARTITIONS}.
 */
const SIZES = { full: { records: 9_000, everyDays: 1 }, short: { records: 450, everyDays: 20 } };
const DAY_MS = 86_400_000;
const FIRST_DAY_MS = Date.UTC(2000, 0, 1);
/**
 * Years, the months of two or three of them, and the days of three months; no key makes more than that, whatever its
 * records.
 */
const MOST_PARTITIONS = 200;
const ACCEPTED = 202;
/** Statuses that tell a device to come again later. */
const HELD_BACK = [429, 503];

/** Records of very many days leave the table with few partitions, and with room for the days to come. */
export const oldDays = sized(SIZES, ({ records, everyDays }) => ({
  name: 'old-days',
  what: `${records} records in one upload, of a day each ${everyDays === 1 ? '' : `and ${everyDays} days apart, `}from 2000 on`,
  act: async ({ stack, honest, name, keyFor, note }) => {
    const driverId = `${name}/old`;
    await upload(stack, await keyFor([driverId]), driverId, linesOf(driverId, records, everyDays));
    await eventually(() => areStoredOnce(stack, driverId, records), HANG_MS);
    const most = await fewPartitions(stack);
    note(`${most} partitions; the longest wait of an honest record: ${await longestWaitMs(stack)} ms`);
    await eventually(async () => {
      const rows = await stack.query(`SELECT FROM driving_record_default WHERE driver_id = $1`, [driverId]);
      require(rows.length === 0, `old records to leave the default partition, where ${rows.length} are`);
    }, HANG_MS);
    await areStoredOnce(stack, driverId, records);
    note(`${await fewPartitions(stack)} partitions when all records have one`);
    await newDaysHaveRoom(stack);
    require(honest.ledger.acknowledged > 0, 'the honest device to send all the while');
    await honestRecordsAreInTheirDays(stack);
  },
}));

/**
 * Uploads until everything is accepted. The same records keep their ids: records already taken from an upload that was
 * held back are not taken again.
 */
async function upload({ url }: Stack, key: string, driverId: string, body: string): Promise<void> {
  const headers = {
    Authorization: `Bearer ${key}`,
    'Content-Type': 'application/x-ndjson',
    'Idempotency-Key': `${driverId}/upload`,
  };
  const { status, said } = await eventually(async () => {
    const answer = await fetch(`${url}/addData`, { method: 'POST', headers, body });
    require(!HELD_BACK.includes(answer.status), `the upload to be taken at last, not ${answer.status}`);
    return { status: answer.status, said: await answer.text() };
  }, HANG_MS);
  require(status === ACCEPTED, `the upload to be accepted, not ${status}: ${said}`);
}

async function areStoredOnce(stack: Stack, driverId: string, records: number): Promise<void> {
  const stored = await stack.query<{ times: number }>(
    `SELECT count(*)::int AS times FROM driving_record WHERE driver_id = $1 GROUP BY recorded_at`,
    [driverId],
  );
  const isOnce = stored.length === records && stored.every(({ times }) => times === 1);
  require(isOnce, `${records} records to be stored once, but ${stored.length} times are there`);
}

async function honestRecordsAreInTheirDays(stack: Stack): Promise<void> {
  const strays = await stack.query<{ name: string }>(
    `SELECT DISTINCT tableoid::regclass::text AS name FROM driving_record WHERE driver_id LIKE 'honest-%'
       AND tableoid::regclass::text <> 'driving_record_' || to_char(recorded_at AT TIME ZONE 'UTC', 'YYYYMMDD')`,
  );
  const names = strays.map(({ name }) => name).join(', ');
  require(strays.length === 0, `honest records to be in partitions of their days, and not in ${names}`);
}

function linesOf(driverId: string, records: number, everyDays: number): string {
  const lines = Array.from({ length: records }, (_, n) => {
    const time = new Date(FIRST_DAY_MS + n * everyDays * DAY_MS).toISOString().slice(0, 10);
    return JSON.stringify({
      driverID: driverId,
      carPlateNumber: 'old',
      Speed: 50,
      Time: `${time} 12:00:00`,
    });
  });
  return `${lines.join('\n')}\n`;
}

/** Makes the latest day that may come now, as a consumer makes it. */
async function newDaysHaveRoom(stack: Stack): Promise<void> {
  const [made] = await stack.query<{ day: string }>(
    `SELECT to_char(day, 'YYYYMMDD') AS day, create_driving_record_day(day)
     FROM (SELECT (now() AT TIME ZONE 'UTC')::date + 2 AS day) latest`,
  );
  const names = await partitionNames(stack);
  require(names.includes(`driving_record_${made?.day}`), 'the day after tomorrow to get a partition');
}

/** @returns how many partitions there are */
async function fewPartitions(stack: Stack): Promise<number> {
  const { length } = await partitionNames(stack);
  require(length <=
    MOST_PARTITIONS, `few partitions, not ${length}, with honest records waiting for up to ${await longestWaitMs(stack)} ms`);
  return length;
}

async function partitionNames(stack: Stack): Promise<string[]> {
  const rows = await stack.query<{ name: string }>(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'driving_record'::regclass`,
  );
  return rows.map(({ name }) => name);
}

/** Returns the longest time between the acceptance of a record and the transaction that stored it. */
async function longestWaitMs(stack: Stack): Promise<number> {
  const [row] = await stack.query<{ waitMs: number }>(
    `SELECT round(max(extract(epoch FROM stored_at - received_at)) * 1000)::int AS "waitMs"
     FROM driving_record WHERE driver_id LIKE 'honest-%'`,
  );
  return row?.waitMs ?? 0;
}
