import { eventually } from '@drivewatch/testing';
import { HANG_MS, require } from '../../scenarios/watch';
import { sized } from '../hostile-scenario';
import { RawConnections } from '../raw-connections';

const SIZES = { full: { perAddress: 600, refused: 100 }, short: { perAddress: 60, refused: 20 } };
/** These are not the address of the honest device, whose connections are counted separately. */
const [FROM, FROM_ELSEWHERE] = ['127.0.0.2', '127.0.0.3'];
const UNFINISHED = 'Host: localhost\r\nContent-Length: 100000000\r\n';
const POLLING = '/socket.io/?EIO=4&transport=polling';
const WEBSOCKET =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';

/** Ways to ask for something that is refused, or for nothing, and then to hold the connection. */
const KINDS = [
  `POST /addData HTTP/1.1\r\n${UNFINISHED}\r\n[`,
  'POST /addData HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[',
  `POST /addData HTTP/1.1\r\n${UNFINISHED}Expect: 100-continue\r\n\r\n`,
  `POST ${POLLING}&sid=none HTTP/1.1\r\n${UNFINISHED}\r\n.`,
  `GET ${POLLING} HTTP/1.1\r\n${UNFINISHED}\r\n.`,
  `GET /health/live HTTP/1.1\r\n${UNFINISHED}\r\n.`,
  `POST /api/session HTTP/1.1\r\n${UNFINISHED}Content-Type: application/json\r\n\r\n{`,
  `GET /elsewhere HTTP/1.1\r\n${WEBSOCKET}${UNFINISHED}\r\n.`,
  `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: rebound.example\r\n${WEBSOCKET}\r\n`,
  'GET /health/live HTTP/1.1\r\nHost: localho',
  '',
  'no HTTP',
];

/** Nobody can hold connections for longer than the server waits for a request, nor more than one address may have. */
export const heldConnections = sized(SIZES, ({ perAddress, refused }) => ({
  name: 'held-connections',
  what: `${perAddress} connections without a key on which ${KINDS.length} kinds of requests never end, and ${refused} more than an address may have`,
  apiEnv: { MAX_CONNECTIONS_PER_ADDRESS: String(perAddress) },
  act: async ({ stack, note }) => {
    const held = new RawConnections(stack.url);
    const tooMany = new RawConnections(stack.url);
    try {
      for (const bytes of KINDS)
        await held.open({ count: perAddress / KINDS.length, bytes, localAddress: FROM });
      await tooMany.open({ count: perAddress + refused, localAddress: FROM_ELSEWHERE });
      await eventually(() => {
        // A byte now and then keeps no connection alive.
        held.send('.');
        const open = held.count + tooMany.count - held.closed - tooMany.closed;
        require(open === 0, `all connections to be closed, but ${open} are not`);
      }, HANG_MS);
      note(`answered: ${[...held.statuses].map(([status, count]) => `${status} ×${count}`).join(', ')}`);
      note(
        `beyond the limit: ${[...tooMany.statuses].map(([status, count]) => `${status} ×${count}`).join(', ')}`,
      );
      const told = tooMany.statuses.get(429) ?? 0;
      require(told >= refused, `${refused} connections to be told that they are too many, not ${told}`);
    } finally {
      held.cut();
      tooMany.cut();
    }
  },
}));
