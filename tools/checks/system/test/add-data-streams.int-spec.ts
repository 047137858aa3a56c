import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, type Stack, startStack } from '@drivewatch/testing';
import { LiveClient } from './live-client';
import { FLAT_STACK, PADDED_UPLOADS, uploadInFlatMemory } from './flat-uploads';
import { CSV, NDJSON } from './record-bodies';
import { countStored } from './stored';

describe('POST /addData with a body that goes on and on', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack(FLAT_STACK);
  });
  afterAll(() => stack.stop());

  it.each(PADDED_UPLOADS)('takes 100 MB of $type in constant memory', async (form) => {
    await uploadInFlatMemory(stack, form);
  });

  it.each([
    ['NDJSON', 'application/x-ndjson', NDJSON],
    ['CSV', 'text/csv', CSV],
  ])('tells and stores what has come of %s while the rest is still to come', async (_, type, write) => {
    const driverID = `trickle-${randomUUID()}`;
    const record = (isOverspeed = '0') =>
      write([aWireRecord({ driverID, Time: new Date().toISOString(), isOverspeed })]);
    const page = await LiveClient.connect(stack.url);
    const sending = request(`${stack.url}/addData`, { method: 'POST', headers: { 'Content-Type': type } });
    try {
      const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
      sending.write(record('1'));
      await eventually(() => {
        expect(page.alerts.filter((alert) => alert.driverID === driverID)).toHaveLength(1);
      });
      await eventually(async () => expect(await countStored(stack, driverID)).toBe(1));
      // The sender is never silent for as long as a record may wait, and never has 500 records.
      for (let count = 0; count < 5; count += 1) {
        sending.write(record());
        await wait(400);
      }
      await eventually(async () => expect(await countStored(stack, driverID)).toBeGreaterThan(2));
      sending.end(record());
      const [response] = await answered;
      response.resume();
      expect(response.statusCode).toBe(202);
      await eventually(async () => expect(await countStored(stack, driverID)).toBe(7));
    } finally {
      sending.destroy();
      page.close();
    }
  });
});
