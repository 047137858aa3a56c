import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { type Stack } from '@drivewatch/testing';
import { io } from 'socket.io-client';
import { Pool } from 'undici';

/** One record in this many begins or ends a spell of overspeeding; 7 % of the recorded ones do. */
const RECORDS_PER_ALERT = 14;
const PACE_MS = 5;
/** Only a lost alert takes this long. */
const LAST_ALERT_MS = 10_000;
const DRIVERS = 500;
/** The flag of a record with which a driver's alert begins or ends. */
const FLAGS = { overspeeding: 'isOverspeed', overspeedEnd: 'isOverspeedFinished' } as const;

export interface AlertLatency {
  samplesMs: number[];
  /** How many records were really sent per second. */
  achievedPerSecond: number;
  refused: number;
}

/**
 * Measures the time from the start of a POST to the alert's arrival at a client, while records come at an even rate
 * whether or not earlier ones have been answered (open loop), and a consumer stores them.
 *
 * @param listenUrl address of the instance that the client is connected to, if that is another one
 */
export async function measureAlertLatency(
  stack: Stack,
  recordsPerSecond: number,
  seconds: number,
  listenUrl: string = stack.url,
): Promise<AlertLatency> {
  const socket = io(listenUrl, { transports: ['websocket'], forceNew: true });
  await new Promise((resolve) => socket.once('data', resolve));
  const posted = new Map<string, number>();
  const samplesMs: number[] = [];
  for (const event of ['overspeeding', 'overspeedEnd'] satisfies (keyof typeof FLAGS)[]) {
    socket.on(event, ({ driverID }: { driverID: string }) => {
      const begun = posted.get(`${event} ${driverID}`);
      if (begun !== undefined) samplesMs.push(performance.now() - begun);
    });
  }
  const pool = new Pool(stack.url, { connections: 128, pipelining: 1 });
  let sent = 0;
  let refused = 0;
  const Time = new Date().toISOString();
  const run = randomUUID();
  const starts = new Map<string, Promise<void>>();
  const post = async (n: number): Promise<void> => {
    const driverID = driverOf(run, n);
    const event = eventOf(n);
    // An end that overtakes its start would leave the start without an alert.
    if (event === 'overspeedEnd') await starts.get(driverID);
    const record = aWireRecord({
      driverID,
      Time,
      ...(event !== null && { [FLAGS[event]]: '1' }),
    });
    if (event !== null) posted.set(`${event} ${driverID}`, performance.now());
    const { statusCode, body } = await pool.request({
      path: '/addData',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(record),
    });
    await body.dump();
    if (statusCode !== 202) refused += 1;
  };
  const begun = performance.now();
  const answers: Promise<void>[] = [];
  while (performance.now() - begun < seconds * 1000) {
    const due = Math.floor(((performance.now() - begun) / 1000) * recordsPerSecond);
    for (; sent < due; sent += 1) {
      const answer = post(sent);
      answers.push(answer);
      if (eventOf(sent) === 'overspeeding') starts.set(driverOf(run, sent), answer);
    }
    await wait(PACE_MS);
  }
  const achievedPerSecond = sent / ((performance.now() - begun) / 1000);
  await Promise.all(answers);
  for (let waitedMs = 0; samplesMs.length < posted.size && waitedMs < LAST_ALERT_MS; waitedMs += PACE_MS)
    await wait(PACE_MS);
  socket.disconnect();
  await pool.close();
  if (samplesMs.length < posted.size)
    throw new Error(`${posted.size - samplesMs.length} of ${posted.size} alerts never came`);
  return { samplesMs, achievedPerSecond, refused };
}

const spellOf = (n: number): number => Math.floor(n / RECORDS_PER_ALERT);

/** @returns what the nth record raises, the end after the start */
function eventOf(n: number): keyof typeof FLAGS | null {
  if (n % RECORDS_PER_ALERT !== 0) return null;
  return spellOf(n) % 2 === 1 ? 'overspeedEnd' : 'overspeeding';
}

/**
 * Gives each spell a driver of its own, so that its alert can be told from every other, even from that of an earlier
 * run, whose last spell may not have ended.
 */
const driverOf = (run: string, n: number): string =>
  eventOf(n) === null ? `driver${n % DRIVERS}` : `${run}-${Math.floor(spellOf(n) / 2)}`;
