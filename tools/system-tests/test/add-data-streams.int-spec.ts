import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { aWireRecord } from '@drivewatch/test-records';
import { eventually, type Stack, startStack } from '@drivewatch/test-stack';
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

  it.each(PADDED_UPLOADS)('takes 100 MB of $type in flat memory', async (form) => {
    await uploadInFlatMemory(stack, form);
  });

  it.each([
    ['NDJSON', 'application/x-ndjson', NDJSON],
    ['CSV', 'text/csv', CSV],
  ])('tells and stores what has come of %s while the rest is still to come', async (_, type, write) => {
    const page = await LiveClient.connect(stack.url);
    /** @returns whether it came to its end; the API ends an upload for which Redis is too slow, as on a busy machine */
    const trickle = async (): Promise<boolean> => {
      const driverID = `trickle-${randomUUID()}`;
      const record = (isOverspeed = '0') =>
        write([aWireRecord({ driverID, Time: new Date().toISOString(), isOverspeed })]);
      const stored = (least: number) =>
        eventually(async () => {
          if (early === undefined) expect(await countStored(stack, driverID)).toBeGreaterThanOrEqual(least);
        });
      let early: string | undefined;
      const sending = request(`${stack.url}/addData`, { method: 'POST', headers: { 'Content-Type': type } });
      sending.on('error', () => undefined);
      const answered = once(sending, 'response').then(async ([response]) => {
        const { statusCode } = response as IncomingMessage;
        early = `${statusCode} ${await text(response as IncomingMessage)}`;
        return early;
      });
      try {
        sending.write(record('1'));
        await eventually(() => {
          const told = page.alerts.filter((alert) => alert.driverID === driverID);
          if (early === undefined) expect(told).toHaveLength(1);
        });
        await stored(1);
        // Never silent for as long as a record may wait, and never 500.
        for (let count = 0; count < 5; count += 1) {
          sending.write(record());
          await wait(400);
        }
        await stored(3);
        if (early !== undefined) {
          expect(early).toMatch(/^503 .*QUEUE_UNAVAILABLE/);
          return false;
        }
        sending.end(record());
        const answer = await answered;
        if (answer.startsWith('503 ')) return false;
        expect(answer).toMatch(/^202 /);
        await eventually(async () => expect(await countStored(stack, driverID)).toBe(7));
        return true;
      } finally {
        sending.destroy();
      }
    };
    await eventually(async () => expect(await trickle()).toBe(true));
    page.close();
  });
});
