import { eventually, insertRecords, type Stack } from '@drivewatch/testing';
import { io } from 'socket.io-client';
import { require } from '../../scenarios/watch';
import { type HostileContext, METRICS_TOKEN, sized } from '../hostile-scenario';
import { ProcessMemory } from '../process-memory';
import { RawConnections } from '../raw-connections';
import { connectPacket, liveHandshake } from '../raw-sockets';

/** Half of the pages name one tick, the others a different one each. */
const CURSORS = 40;
/** The default of MAX_SOCKETS_PER_SESSION. */
const KEPT = 20;
const MIB = 1024 * 1024;
const SIZES = {
  // A picture for each page would take some 1,300 MiB; most of what is left is garbage not collected yet.
  full: { records: 60_000, drivers: 2_000, sockets: 400, maxRiseBytes: 400 * MIB },
  // So few pictures are no more noticeable than what any API takes, or what other scenarios do to it at the same time.
  short: { records: 6_000, drivers: 200, sockets: 100, maxRiseBytes: Infinity },
};
type Missed = Pick<(typeof SIZES)['full'], 'records' | 'drivers'>;

/** Pages of one person that all claim to have missed a lot. */
export const catchUpFlood = sized(SIZES, ({ records, drivers, sockets, maxRiseBytes }) => ({
  name: 'catch-up-flood',
  what: `${sockets} pages of one session that have missed ${records} records, half of them each since another tick`,
  apiEnv: { METRICS_TOKEN },
  act: async ({ stack, name, signIn, note }) => {
    const cookie = await signIn('viewer');
    const cursor = await cursorBefore({ stack, name }, cookie, { records, drivers });
    const memory = new ProcessMemory(stack.api().pid);
    const pages = new RawConnections(stack.url);
    try {
      const handshake = liveHandshake(stack.url, { Cookie: cookie });
      await Promise.all(
        Array.from({ length: sockets }, async (_, n) => {
          const since = cursor + BigInt(n % 2 === 0 ? 0 : (n % CURSORS) + 1);
          const connect = connectPacket({ cursor: String(since) });
          await pages.open({ count: 1, bytes: Buffer.concat([handshake, connect]) });
        }),
      );
      await eventually(() => {
        require(pages.closed >= sockets - KEPT, `all but ${KEPT} to be closed, not ${pages.closed}`);
      });
      await eventually(async () => {
        const waiting = await metric(stack, 'drivewatch_waiting_clients');
        require(waiting === 0, `no page to wait any more, but ${waiting} do`);
      });
      const connected = await metric(stack, 'drivewatch_connected_clients');
      note(`${connected} pages are connected, the honest one included`);
      require(connected <= KEPT + 1, `at most ${KEPT} pages of the session`);
      require(memory.riseBytes <= maxRiseBytes, `memory to rise by ${maxRiseBytes / MIB} MiB at most`);
    } finally {
      note(
        `${pages.closed} of ${sockets} were closed, ${pages.statuses.get(429) ?? 0} of them answered 429; ` +
          `memory rose by ${Math.round(memory.riseBytes / MIB)} MiB`,
      );
      pages.cut();
    }
  },
}));

/** Returns the cursor of a tick that was followed by very many records, all of which pages have been told by now. */
async function cursorBefore(
  { stack, name }: Pick<HostileContext, 'stack' | 'name'>,
  cookie: string,
  missed: Missed,
): Promise<bigint> {
  const page = io(stack.url, { transports: ['websocket'], extraHeaders: { cookie }, forceNew: true });
  const seen = { cursor: null as string | null, drivers: 0 };
  page.on('data', (speeds: Record<string, unknown>, meta: { cursor: string }) => {
    seen.cursor ??= meta.cursor;
    seen.drivers += Object.keys(speeds).filter((driverId) => driverId.startsWith(`${name}/`)).length;
  });
  try {
    const cursor = await eventually(() => {
      require(seen.cursor !== null, 'the page to be told of a tick');
      return BigInt(seen.cursor);
    });
    const records = {
      driverId: `'${name}/' || n % ${missed.drivers}`,
      recordedAt: `now() - n * interval '10 ms'`,
    };
    await stack.query(insertRecords(records), [missed.records]);
    await eventually(() => {
      require(seen.drivers >= missed.drivers, 'the page to be told of all records');
    });
    return cursor;
  } finally {
    page.disconnect();
  }
}

async function metric({ url }: Stack, name: string): Promise<number> {
  const response = await fetch(`${url}/metrics`, { headers: { Authorization: `Bearer ${METRICS_TOKEN}` } });
  const [, value] = new RegExp(`^${name} (\\d+)$`, 'm').exec(await response.text()) ?? [];
  return Number(value ?? NaN);
}
