import { type DrivingRecord, drivingRecordSchema } from '@drivewatch/contracts';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, type Stack } from '@drivewatch/testing';
import fc from 'fast-check';
import pMap from 'p-map';
import { Pool } from 'undici';
import { type HostileRequest, hostileRequest } from './hostile-bodies';
import { acceptedId } from './post-record';

const SEED = 20_170_101;
const CONNECTIONS = 16;

/** Selects stored rows, except those with these ids, as the records that they hold. */
const SELECT_RECORDS = `
  SELECT id, driver_id AS "driverId", plate_number AS "plateNumber", latitude_deg AS "latitudeDeg",
    longitude_deg AS "longitudeDeg", speed_kmh AS "speedKmh", heading_deg AS "headingDeg", site_name AS "siteName",
    (extract(epoch FROM recorded_at) * 1000)::float8 AS "recordedAtMs", rapid_speedup AS "rapidSpeedup",
    rapid_slowdown AS "rapidSlowdown", neutral_slide AS "neutralSlide",
    neutral_slide_finished AS "neutralSlideFinished", neutral_slide_seconds AS "neutralSlideSeconds", overspeed,
    overspeed_finished AS "overspeedFinished", overspeed_seconds AS "overspeedSeconds",
    fatigue_driving AS "fatigueDriving", throttle_stop AS "throttleStop", oil_leak AS "oilLeak"
  FROM driving_record WHERE id <> ALL ($1)`;
const CONTROL_CHARACTERS = /\p{Cc}/u;

/** Sends hostile bodies, always the same ones, and expects that nothing fails and that only records are stored. */
export async function sendHostileBodies(stack: Stack, bodies: number): Promise<void> {
  const before = await stack.query<{ id: string }>('SELECT id FROM driving_record');
  const requests = fc.sample(hostileRequest, { numRuns: bodies, seed: SEED });
  const pool = new Pool(stack.url, { connections: CONNECTIONS, pipelining: 1 });
  const statuses = new Map<number, number>();
  const acceptedIds = new Set<string>();
  /** How many records were accepted by answers that name none: those of requests that failed behind them. */
  let unnamed = 0;
  const failures: unknown[] = [];
  const post = async ({ headers, body }: HostileRequest): Promise<void> => {
    const response = await pool.request({ path: '/addData', method: 'POST', headers, body });
    const text = await response.body.text();
    const { statusCode: status } = response;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status >= 500) failures.push({ status, text, headers, body: body.toString('latin1') });
    const { ids, accepted = 0 } = JSON.parse(text) as { ids?: string[]; accepted?: number };
    for (const id of ids ?? []) acceptedIds.add(id);
    if (ids === undefined) unnamed += accepted;
  };
  await pMap(requests, post, { concurrency: CONNECTIONS });
  await pool.close();

  expect(failures).toEqual([]);
  // A short key may come twice, with different records.
  statuses.delete(422);
  // Each kind of answer occurred often; otherwise the bodies would not be as hostile as they should be.
  expect([...statuses.keys()].sort()).toEqual([202, 400, 415]);
  expect(Math.min(...statuses.values())).toBeGreaterThan(bodies / 20);

  acceptedIds.add(await acceptedId(stack.url, aWireRecord()));
  const rows = await eventually(async () => {
    const stored = await stack.query<DrivingRecord>(SELECT_RECORDS, [before.map(({ id }) => id)]);
    const storedIds = new Set(stored.map(({ id }) => id));
    expect([...acceptedIds].filter((id) => !storedIds.has(id))).toEqual([]);
    return stored;
  });
  // They may be fewer: a key that came twice names the same records.
  expect(rows.filter(({ id }) => !acceptedIds.has(id)).length).toBeLessThanOrEqual(unnamed);
  const wrong = rows.filter(
    (row) =>
      !drivingRecordSchema.safeParse(row).success ||
      [row.driverId, row.plateNumber, row.siteName].some((text) => CONTROL_CHARACTERS.test(text)),
  );
  expect(wrong).toEqual([]);
}
