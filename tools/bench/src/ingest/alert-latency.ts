import { setTimeout as wait } from 'node:timers/promises';
import { aWireRecord } from '@drivewatch/test-records';
import { type Stack } from '@drivewatch/test-stack';
import { io } from 'socket.io-client';
import { Pool } from 'undici';

/** One record in so many begins or ends a spell of overspeeding; 7 % of the recorded ones do. */
const RECORDS_PER_ALERT = 14;
const PACE_MS = 5;
const DRIVERS = 500;

export interface AlertLatency {
  samplesMs: number[];
  /** How many records were really sent per second. */
  achievedPerSecond: number;
  refused: number;
}

/**
 * Time from the start of a POST to the alert's arrival at a client, while records come at an even rate whether or not
 * earlier ones have been answered (open loop), and a consumer stores them.
 *
 * @param listenUrl of the instance that the client is connected to, where it is another one
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
  for (const event of ['overspeeding', 'overspeedEnd'] as const) {
    socket.on(event, ({ driverID }: { driverID: string }) => {
      const begun = posted.get(`${event} ${driverID}`);
      if (begun !== undefined) samplesMs.push(performance.now() - begun);
    });
  }
  const pool = new Pool(stack.url, { connections: 128, pipelining: 1 });
  let sent = 0;
  let refused = 0;
  // All of one moment, so that the end of a spell that overtakes its start does not make it a late one.
  const Time = new Date().toISOString();
  const post = async (n: number): Promise<void> => {
    const flagged = n % RECORDS_PER_ALERT === 0;
    const spell = Math.floor(n / RECORDS_PER_ALERT);
    const ends = spell % 2 === 1;
    // Each spell has a driver of its own, so that an alert can be told from every other.
    const driverID = flagged ? `spell${Math.floor(spell / 2)}` : `driver${n % DRIVERS}`;
    const record = aWireRecord({
      driverID,
      Time,
      ...(flagged && { [ends ? 'isOverspeedFinished' : 'isOverspeed']: '1' }),
    });
    if (flagged) posted.set(`${ends ? 'overspeedEnd' : 'overspeeding'} ${driverID}`, performance.now());
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
    for (; sent < due; sent += 1) answers.push(post(sent));
    await wait(PACE_MS);
  }
  const achievedPerSecond = sent / ((performance.now() - begun) / 1000);
  await Promise.all(answers);
  await wait(500);
  socket.disconnect();
  await pool.close();
  if (samplesMs.length < posted.size)
    throw new Error(`${posted.size - samplesMs.length} of ${posted.size} alerts never came`);
  return { samplesMs, achievedPerSecond, refused };
}
