import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { aWireRecord } from '@drivewatch/test-records';
import { eventually, type Stack, startStack } from '@drivewatch/test-stack';
import { LiveClient } from './live-client';
import { CSV, NDJSON, type Sent } from './record-bodies';
import { uploadParts, watchMemory } from './upload';

/** Devices may pad; what is read is many megabytes without as many records to be stored. */
const PADDING = ' '.repeat(4_000);
const UPLOADS = [
  { type: 'text/csv', gzip: false, write: CSV },
  {
    type: 'application/x-ndjson',
    gzip: true,
    write: (records: readonly Sent[]) =>
      records.map((record) => `${JSON.stringify(record)}${PADDING}\n`).join(''),
  },
  {
    // A piece of an array that goes on: it is written again and again between brackets.
    type: 'application/json',
    gzip: false,
    write: (records: readonly Sent[]) =>
      records.map((record) => `${PADDING}${JSON.stringify(record)},`).join(''),
  },
];
/** Node would rather let its heap grow than collect; with a small one, what is held is what is needed. */
const SMALL_HEAP = '--max-old-space-size=96 --max-semi-space-size=4';
const UPLOAD_BYTES = 100_000_000;

describe('POST /addData with a body that goes on and on', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ timeZone: 'Asia/Shanghai', apiEnv: { NODE_OPTIONS: SMALL_HEAP } });
  });
  afterAll(() => stack.stop());

  const countStored = async (driverID: string): Promise<number> => {
    const sql = 'SELECT count(*)::int AS count FROM driving_record WHERE driver_id = $1';
    const [row] = await stack.query<{ count: number }>(sql, [driverID]);
    return row?.count ?? 0;
  };
  const storedCount = (driverID: string, count: number): Promise<void> =>
    eventually(async () => expect(await countStored(driverID)).toBe(count));

  it('takes 100 MB of any format in flat memory', async () => {
    for (const form of UPLOADS) {
      const driverID = `huge-${randomUUID()}`;
      const records = Array.from({ length: 100 }, () =>
        aWireRecord({ driverID, siteName: '站'.repeat(256) }),
      );
      const part = form.write(records);
      const parts = Math.ceil(UPLOAD_BYTES / Buffer.byteLength(part));
      const memory = watchMemory(stack.api().pid);
      const { status, answer } = await uploadParts(stack.url, form.type, part, parts, form.gzip);
      const grownBytes = memory.stop();
      expect([status, answer.accepted, answer.rejectedCount]).toEqual([202, parts * 100, 0]);
      await storedCount(driverID, parts * 100);
      expect(grownBytes).toBeLessThan(UPLOAD_BYTES / 2);
    }
  });

  it.each([
    ['NDJSON', 'application/x-ndjson', NDJSON],
    ['CSV', 'text/csv', CSV],
  ])('tells and stores what has come of %s while the rest is still to come', async (_, type, write) => {
    const driverID = `trickle-${randomUUID()}`;
    const now = new Date().toISOString();
    const page = await LiveClient.connect(stack.url);
    const sending = request(`${stack.url}/addData`, { method: 'POST', headers: { 'Content-Type': type } });
    try {
      const answered = once(sending, 'response') as Promise<[{ statusCode: number; resume: () => void }]>;
      sending.write(write([aWireRecord({ driverID, Time: now, isOverspeed: '1' })]));
      await eventually(() => {
        expect(page.alerts.filter((alert) => alert.driverID === driverID)).toHaveLength(1);
      });
      await storedCount(driverID, 1);
      // Never silent for as long as a record may wait, and never 500.
      for (let count = 0; count < 5; count += 1) {
        sending.write(write([aWireRecord({ driverID, Time: now })]));
        await wait(400);
      }
      await eventually(async () => expect(await countStored(driverID)).toBeGreaterThan(2));
      sending.end(write([aWireRecord({ driverID, Time: now })]));
      const [response] = await answered;
      response.resume();
      expect(response.statusCode).toBe(202);
      await storedCount(driverID, 7);
    } finally {
      sending.destroy();
      page.close();
    }
  });
});
