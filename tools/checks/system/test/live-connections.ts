import { type EventEmitter, once } from 'node:events';
import { eventually, type Stack } from '@drivewatch/testing';
import type { Socket } from 'socket.io-client';
import { WebSocket } from 'undici';
import { openSocket, signIn } from './dashboard-session';
import { undocumentedRefusal } from './documented';
import { metricsOf } from './metrics-of';
import { suiteStack } from './suite-stack';

const NAME = 'lea';
const PASSWORD = 'correct horse battery';
const METRICS_TOKEN = 'a token of the tests';
const LIMIT = 3;
/** The packets of Engine.IO and Socket.IO: a message that connects the namespace, and one that disconnects it. */
const CONNECT = '40';
const DISCONNECT = '41';

describe('the live connections of a session', () => {
  let stack: Stack;
  /** An API that counts nobody else's connections. */
  let api: Awaited<ReturnType<Stack['startFurtherApi']>>;
  let cookie: string;
  beforeAll(async () => {
    stack = await suiteStack();
    await stack.access.addUser({ name: NAME, role: 'viewer', password: PASSWORD });
    api = await stack.startFurtherApi({ MAX_SOCKETS_PER_SESSION: String(LIMIT), METRICS_TOKEN });
  });
  afterAll(() => api.process.stop());
  const opened: { close: () => unknown }[] = [];
  beforeEach(async () => {
    cookie = await signIn(api.url, NAME, PASSWORD);
  });
  afterEach(() => {
    for (const socket of opened.splice(0)) socket.close();
  });

  const metrics = () => metricsOf(api.url, { Authorization: `Bearer ${METRICS_TOKEN}` });

  const connected = async (): Promise<Socket> => {
    const { socket, outcome } = await openSocket(api.url, { cookie });
    expect(outcome).toBe('connected');
    opened.push(socket);
    return socket;
  };

  /** Opens a connection of Engine.IO only, which may or may not send `CONNECT`. */
  const openConnection = async () => {
    const url = `${api.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
    const socket = new WebSocket(url, { headers: { cookie } });
    opened.push(socket);
    const received: string[] = [];
    const state = { isClosed: false };
    socket.addEventListener('message', ({ data }) => received.push(String(data)));
    socket.addEventListener('close', () => (state.isClosed = true));
    // The server's first message is the connection's id.
    await eventually(() => expect(received).toHaveLength(1));
    return { socket, received, state };
  };

  it('are a few: the oldest one is told why it makes room, and ends', async () => {
    const oldest = await connected();
    const told = once(oldest as unknown as EventEmitter, 'displaced');
    const ended = once(oldest as unknown as EventEmitter, 'disconnect');
    const others = [];
    for (let count = 0; count < LIMIT; count += 1) others.push(await connected());
    expect(await told).toEqual([{ limit: LIMIT }]);
    expect((await ended)[0]).toBe('io server disconnect');
    expect(others.map((socket) => socket.connected)).toEqual([true, true, true]);
    const counted = await metrics();
    expect(counted.get('drivewatch_displaced_clients_total')).toBe(1);
    expect(counted.get('drivewatch_waiting_clients')).toBe(0);
  });

  it('count even if they never get a socket', async () => {
    const bare = await openConnection();
    for (let count = 0; count < LIMIT; count += 1) await connected();
    await eventually(() => expect(bare.state.isClosed).toBe(true));
  });

  it('may not all be reopened again and again', async () => {
    const outcomes: string[] = [];
    for (let count = 0; count < 4 * LIMIT; count += 1) {
      const { socket, outcome } = await openSocket(api.url, { cookie });
      outcomes.push(outcome);
      socket.close();
    }
    expect(outcomes).toContain('429');
    expect(outcomes.slice(0, LIMIT)).toEqual(['connected', 'connected', 'connected']);
  });

  it('carry one socket each', async () => {
    const { socket, received, state } = await openConnection();
    socket.send(CONNECT);
    await eventually(() => expect(received.some((packet) => packet.startsWith('42["data"'))).toBe(true));
    socket.send(DISCONNECT);
    await eventually(async () => expect((await metrics()).get('drivewatch_connected_clients')).toBe(0));
    socket.send(CONNECT);
    await eventually(() => expect(state.isClosed).toBe(true));
    expect(received.filter((packet) => packet.startsWith('42["welcome"'))).toHaveLength(1);
    const refusal = received.at(-1) ?? '';
    expect(refusal).toMatch(/^44.*FORBIDDEN/);
    expect(undocumentedRefusal(JSON.parse(refusal.slice(2)))).toEqual([]);
  });

  it('show nothing once the session has ended, however early they were opened', async () => {
    const [silent, late] = [await openConnection(), await openConnection()];
    // The other instance ends the session; this one may hear of it now or later.
    await fetch(`${stack.url}/api/session`, { method: 'DELETE', headers: { cookie } });
    late.socket.send(CONNECT);
    await eventually(() => expect([silent.state.isClosed, late.state.isClosed]).toEqual([true, true]));
    for (const { received } of [silent, late])
      expect(received.filter((packet) => packet.startsWith('42'))).toEqual([]);
  });
});
