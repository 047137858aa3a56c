import { once } from 'node:events';
import { eventually, type Stack } from '@drivewatch/testing';
import { io } from 'socket.io-client';
import { postStatus } from './post';
import { type TimePromise, timed } from './time-promise';

/** How many devices send while Redis is away. */
const DEVICES = 30;
const REFUSAL_LIMIT_MS = 1_000;

/** Returns the longest that any of some devices waited, all of which had to be refused. */
async function longestRefusal(url: string): Promise<number> {
  const waits = Array.from({ length: DEVICES }, (_, n) =>
    timed(async () => {
      const status = await postStatus(url, { driverID: `away${n}` });
      if (status !== 503) throw new Error(`A device was answered ${status} while Redis was away`);
    }),
  );
  return Math.max(...(await Promise.all(waits)));
}

const accepts = (url: string): Promise<void> =>
  eventually(async () => {
    const status = await postStatus(url, { driverID: 'back' });
    if (status !== 202) throw new Error(`${status}`);
  });

async function nextTick(url: string): Promise<void> {
  const socket = io(url, { transports: ['websocket'], forceNew: true });
  await once(socket as unknown as NodeJS.EventEmitter, 'data');
  await once(socket as unknown as NodeJS.EventEmitter, 'data');
  socket.disconnect();
}

async function revoke(stack: Stack): Promise<number> {
  const { id, key } = await stack.access.addKey();
  const headers = { Authorization: `Bearer ${key}` };
  const becomes = (expected: number) =>
    eventually(async () => {
      const status = await postStatus(stack.url, { driverID: 'keyed' }, headers);
      if (status !== expected) throw new Error(`${status}`);
    });
  await becomes(202);
  await stack.access.keys.revoke(id);
  return timed(() => becomes(401));
}

export const OUTAGE_PROMISES: readonly TimePromise[] = [
  {
    what: 'a revoked key is refused',
    promisedIn: 'access.md',
    limitMs: 5_000,
    stack: { access: {} },
    measure: revoke,
  },
  {
    what: 'devices are told to come again while Redis is away',
    promisedIn: 'reliability.md',
    limitMs: REFUSAL_LIMIT_MS,
    measure: async (stack) => {
      await stack.crashRedis();
      const ms = await longestRefusal(stack.url);
      await stack.startRedis();
      await accepts(stack.url);
      return ms;
    },
  },
  {
    what: 'devices are told to come again while Redis hangs',
    promisedIn: 'reliability.md',
    limitMs: REFUSAL_LIMIT_MS,
    measure: async (stack) => {
      stack.signalRedis('SIGSTOP');
      const ms = await longestRefusal(stack.url);
      stack.signalRedis('SIGCONT');
      await accepts(stack.url);
      return ms;
    },
  },
  {
    what: 'the next tick after an instance that made ticks was killed (ticks of a second)',
    promisedIn: 'operations.md',
    limitMs: 2_000,
    measure: async (stack) => {
      const doomed = await stack.startFurtherApi();
      const page = io(stack.url, { transports: ['websocket'], forceNew: true });
      await once(page as unknown as NodeJS.EventEmitter, 'data');
      await nextTick(doomed.url);
      const next = once(page as unknown as NodeJS.EventEmitter, 'data');
      const ms = await timed(async () => {
        await doomed.process.crash();
        await next;
      });
      page.disconnect();
      return ms;
    },
  },
];
