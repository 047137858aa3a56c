import { glob } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { type Stack, startStack } from '@drivewatch/testing';
import { runCase } from './case-files';
import { pictureOf } from './live-picture';

/** When the script has to begin, which is when its first record was taken. */
const BEGINS_AT_MS = Date.parse('2026-11-01T05:59:43Z');
/** How long the apps take to start on a machine that has nothing else to do. */
const START_MS = 20_000;
/** No record may arrive before it was taken; the clock is set to the second. */
const LATE_MS = 2_000;

/** Returns the environment of a program whose clock starts at that moment, and runs on from there. */
async function clockSetTo(atMs: number): Promise<Record<string, string>> {
  const offsetSeconds = Math.round((atMs - Date.now()) / 1000);
  for await (const library of glob('/usr/lib/*/faketime/libfaketimeMT.so.1'))
    return { LD_PRELOAD: library, FAKETIME: `${offsetSeconds < 0 ? '' : '+'}${offsetSeconds}` };
  throw new Error('libfaketimeMT.so.1 is not installed (Debian: sudo apt-get install faketime)');
}

describe('the hour that New York repeats', () => {
  let stack: Stack;
  beforeAll(async () => {
    const startedAtMs = Date.now();
    stack = await startStack({
      timeZone: 'America/New_York',
      // Redis and PostgreSQL use the machine's clock.
      env: await clockSetTo(BEGINS_AT_MS - START_MS),
    });
    await wait(Math.max(0, startedAtMs + START_MS + LATE_MS - Date.now()));
  });
  afterAll(async () => {
    await stack.stop();
  });

  it('03: raises alerts like any other', async () => {
    await runCase('03-dst-repeated-hour-live.sh', stack.url);
    const { active, past } = (await pictureOf(stack.url)).alerts;
    expect(past.map(({ driverID, startedAtMs, endedAtMs }) => [driverID, startedAtMs, endedAtMs])).toEqual([
      ['ny3', Date.parse('2026-11-01T05:59:43Z'), Date.parse('2026-11-01T06:00:07Z')],
    ]);
    expect(active.map(({ driverID, startedAtMs }) => [driverID, startedAtMs])).toEqual([
      ['ny4', Date.parse('2026-11-01T06:00:21Z')],
    ]);
  });
});
