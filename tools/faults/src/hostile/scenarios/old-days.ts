import { eventually, type Stack } from '@drivewatch/test-stack';
import { HANG_MS, require } from '../../scenarios/watch';
import type { HostileScenario } from '../hostile-scenario';

const RECORDS = 9_000;
const DAY_MS = 86_400_000;
const FIRST_DAY_MS = Date.UTC(2000, 0, 1);
/** Years, the months of two or three of them, and days of three months; a key of no matter which records makes no more. */
const MOST_PARTITIONS = 200;
const ACCEPTED = 202;
/** Come again later. */
const HELD_BACK = [429, 503];

/** Records of very many days leave the table with few partitions, and with room for the days that are to come. */
export const oldDays: HostileScenario = {
  name: 'old-days',
  what: `${RECORDS} records in one upload, of a day each from 2000 on`,
  act: async ({ stack, honest, name, keyFor, note }) => {
    const driverId = `${name}/old`;
    const body = linesOf(driverId);
    const key = await keyFor([driverId]);
    // The same records with the same ids: what was taken of an upload that was held back is not taken again.
    const told = await eventually(async () => {
      const answer = await fetch(`${stack.url}/addData`, {
        method: 'POST',
        headers: {
          ...{ Authorization: `Bearer ${key}`, 'Content-Type': 'application/x-ndjson' },
          'Idempotency-Key': `${name}-upload`,
        },
        body,
      });
      const said = await answer.text();
      require(!HELD_BACK.includes(
        answer.status,
      ), `the upload to be taken at last, not ${answer.status}: ${said}`);
      return { status: answer.status, said };
    }, HANG_MS);
    require(told.status === ACCEPTED, `the upload to be accepted, not ${told.status}: ${told.said}`);
    await eventually(async () => {
      const stored = await stack.query<{ times: number }>(
        `SELECT count(*)::int AS times FROM driving_record WHERE driver_id = $1 GROUP BY recorded_at`,
        [driverId],
      );
      const isOnce = stored.length === RECORDS && stored.every(({ times }) => times === 1);
      require(isOnce, `${RECORDS} records to be stored once, but ${stored.length} times are there`);
    }, HANG_MS);
    await eventually(async () => {
      const waiting = await stack.query(`SELECT FROM driving_record_default WHERE driver_id = $1`, [
        driverId,
      ]);
      require(waiting.length ===
        0, `old records to leave the default partition, where ${waiting.length} are`);
    }, HANG_MS);
    const partitions = await partitionNames(stack);
    note(
      `${partitions.length} partitions; the longest wait of an honest record: ${await longestWaitMs(stack)} ms`,
    );
    require(partitions.length <= MOST_PARTITIONS, `few partitions, not ${partitions.length}`);
    await newDaysHaveRoom(stack);
    require(honest.ledger.acknowledged > 0, 'the honest device to send all the while');
    const strays = await stack.query<{ partition: string }>(
      `SELECT DISTINCT tableoid::regclass::text AS partition FROM driving_record WHERE driver_id LIKE 'honest-%'
         AND tableoid::regclass::text <> 'driving_record_' || to_char(recorded_at AT TIME ZONE 'UTC', 'YYYYMMDD')`,
    );
    require(strays.length ===
      0, `honest records to be in partitions of their days: ${JSON.stringify(strays)}`);
  },
};

function linesOf(driverId: string): string {
  const lines = Array.from({ length: RECORDS }, (_, n) => {
    const time = new Date(FIRST_DAY_MS + n * DAY_MS).toISOString().slice(0, 10);
    return JSON.stringify({
      ...{ driverID: driverId, carPlateNumber: 'old', Speed: 50, Time: `${time} 12:00:00` },
    });
  });
  return `${lines.join('\n')}\n`;
}

/** The latest day that may come now is made as a consumer makes it. */
async function newDaysHaveRoom(stack: Stack): Promise<void> {
  const [made] = await stack.query<{ day: string }>(
    `SELECT to_char(day, 'YYYYMMDD') AS day, create_driving_record_day(day)
     FROM (SELECT (now() AT TIME ZONE 'UTC')::date + 2 AS day) latest`,
  );
  const names = await partitionNames(stack);
  require(names.includes(`driving_record_${made?.day}`), 'the day after tomorrow to get a partition');
}

async function partitionNames(stack: Stack): Promise<string[]> {
  const rows = await stack.query<{ name: string }>(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'driving_record'::regclass`,
  );
  return rows.map(({ name }) => name);
}

/** From the acceptance of a record to the transaction that stored it. */
async function longestWaitMs(stack: Stack): Promise<number> {
  const [row] = await stack.query<{ waitMs: number }>(
    `SELECT round(max(extract(epoch FROM stored_at - received_at)) * 1000)::int AS "waitMs"
     FROM driving_record WHERE driver_id LIKE 'honest-%'`,
  );
  return row?.waitMs ?? 0;
}
