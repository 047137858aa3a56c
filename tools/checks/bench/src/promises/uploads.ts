import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { STORE_RECORDS_JOB } from '@drivewatch/contracts';
import { eventually, type Stack } from '@drivewatch/testing';
import { postStatus } from './post';
import { type TimePromise, timed } from './time-promise';

/** The time beyond a limit of the API that it may take, since it checks its connections only every few seconds. */
const LOOK_MS = 4_000;
const QUEUE_MAX = 100;
const GIVE_UP_MS = 60_000;

const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

/** Sends the head of a request and then a piece of it again and again. @returns milliseconds until the API cut it off */
async function untilCut(stack: Stack, head: string, piece: string, everyMs: number): Promise<number> {
  const { hostname, port } = new URL(stack.url);
  const socket: Socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (data) => (answer += data.toString()));
  socket.on('error', () => undefined);
  const ms = await timed(async () => {
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(head);
    const sending = setInterval(() => {
      if (piece !== '' && !socket.destroyed) socket.write(piece);
    }, everyMs);
    await Promise.race([closed, wait(GIVE_UP_MS, undefined, { ref: false })]);
    clearInterval(sending);
    socket.destroy();
  });
  if (!answer.startsWith('HTTP/1.1 408'))
    throw new Error(`A slow sender was answered ${answer.slice(0, 80)}`);
  return ms;
}

const head = (type: string, length: string): string =>
  `POST /addData HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\n${length}\r\n\r\n`;

const promisedIn = 'errors.md';

export const UPLOAD_PROMISES: readonly TimePromise[] = [
  {
    what: 'a full queue refuses a record',
    promisedIn: 'performance.md',
    limitMs: 50,
    stack: { consumers: 0, apiEnv: { QUEUE_MAX: String(QUEUE_MAX) } },
    measure: async (stack) => {
      const jobs = Array.from({ length: QUEUE_MAX + 1 }, () => ({
        name: STORE_RECORDS_JOB,
        data: { fields: [], rows: [] },
      }));
      if ((await stack.queue().getWaitingCount()) === 0) await stack.queue().addBulk(jobs);
      const post = async () => {
        const status = await postStatus(stack.url, { driverID: 'full' });
        if (status !== 503) throw new Error(`A record was answered ${status} though the queue is full`);
      };
      await eventually(post);
      return timed(post);
    },
  },
  {
    what: 'a record that stops half-way is cut off',
    promisedIn,
    limitMs: 10_000 + LOOK_MS,
    measure: (stack) =>
      untilCut(stack, `${head('application/json', 'Content-Length: 400')}{"driverID":`, '', 1_000),
  },
  {
    what: 'headers that do not end are cut off',
    promisedIn,
    limitMs: 10_000 + LOOK_MS,
    measure: (stack) => untilCut(stack, 'POST /addData HTTP/1.1\r\n', 'X-A: b\r\n', 500),
  },
  {
    what: 'a record that drips is cut off',
    promisedIn,
    limitMs: 15_000 + LOOK_MS,
    measure: (stack) => untilCut(stack, head('application/json', 'Content-Length: 400'), ' ', 500),
  },
  {
    what: 'an upload below 1 KiB a second is cut off',
    promisedIn,
    limitMs: 15_000 + LOOK_MS,
    measure: (stack) =>
      untilCut(
        stack,
        head('application/x-ndjson', 'Transfer-Encoding: chunked'),
        chunk(`${' '.repeat(300)}\n`),
        1_000,
      ),
  },
];
