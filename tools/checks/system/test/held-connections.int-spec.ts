import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { eventually, startStack, type Stack } from '@drivewatch/testing';

const WHOLE = 'Content-Length: 100000000';
const POLLING = '/socket.io/?EIO=4&transport=polling';
const UPGRADE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
].join('\r\n');
/** Every answer has one, by which devices set their clocks. */
const DATE = /\r\nDate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n/i;
/** Longer than any patience of the server, and far less than the hour that it once waited. */
const CLOSED_MS = 40_000;

/** What is sent at the beginning of a connection, and the status of the answer. */
const HELD: Record<string, [text: string, status: number]> = {
  'nothing at all': ['', 408],
  'half a head': ['GET /health/live HTTP/1.1\r\nHost: localh', 408],
  'no HTTP': ['\u0016\u0003\u0001', 400],
  'records without a key': [`POST /addData HTTP/1.1\r\nHost: localhost\r\n${WHOLE}\r\n\r\n[`, 401],
  'records without a key, in HTTP/1.0': [
    `POST /addData HTTP/1.0\r\nHost: localhost\r\n${WHOLE}\r\n\r\n[`,
    401,
  ],
  'records without a key, in chunks': [
    'POST /addData HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[',
    401,
  ],
  'records without a key, after asking whether to send them': [
    `POST /addData HTTP/1.1\r\nHost: localhost\r\n${WHOLE}\r\nExpect: 100-continue\r\n\r\n`,
    401,
  ],
  'an expectation that nobody knows': [
    `POST /addData HTTP/1.1\r\nHost: localhost\r\n${WHOLE}\r\nExpect: more\r\n\r\n`,
    417,
  ],
  'a body for a page': [`GET /sign-in HTTP/1.1\r\nHost: localhost\r\n${WHOLE}\r\n\r\n.`, 200],
  'a body for the health': [`GET /health/live HTTP/1.1\r\nHost: localhost\r\n${WHOLE}\r\n\r\n.`, 200],
  'a body for the bucket': [`GET /cdn/none HTTP/1.1\r\nHost: localhost\r\n${WHOLE}\r\n\r\n.`, 404],
  'a body for an address that cannot be read': [
    `GET /%zz HTTP/1.1\r\nHost: localhost\r\n${WHOLE}\r\n\r\n.`,
    400,
  ],
  'a body for another host': [`POST /addData HTTP/1.1\r\nHost: evil.example\r\n${WHOLE}\r\n\r\n.`, 421],
  'a body for an address that is not there': [
    `PUT /none HTTP/1.1\r\nHost: localhost\r\n${WHOLE}\r\n\r\n.`,
    404,
  ],
  'half a password': [
    'POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n{',
    408,
  ],
  'a handshake by polling with a body': [
    `GET ${POLLING} HTTP/1.1\r\nHost: localhost\r\n${WHOLE}\r\n\r\n.`,
    401,
  ],
  'a message to no connection': [
    `POST ${POLLING}&sid=none HTTP/1.1\r\nHost: localhost\r\n${WHOLE}\r\n\r\n.`,
    400,
  ],
  'a handshake by something unknown': [
    `POST /socket.io/?EIO=4&transport=none HTTP/1.1\r\nHost: localhost\r\n${WHOLE}\r\n\r\n.`,
    400,
  ],
  'a handshake for another host': [
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: evil.example\r\n${UPGRADE}\r\n\r\n`,
    421,
  ],
  'a handshake without a session': [
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n${UPGRADE}\r\n\r\n`,
    401,
  ],
  'a WebSocket where there is none, with a body': [
    `GET /none.js HTTP/1.1\r\nHost: localhost\r\n${UPGRADE}\r\n${WHOLE}\r\n\r\n.`,
    404,
  ],
};

/** A client that keeps its side open whatever the server does, and remembers what it was told. */
class Holder {
  readonly socket: Socket;
  answer = '';
  private timer: NodeJS.Timeout | undefined;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).setNoDelay();
    this.socket.on('error', () => undefined);
    this.socket.on('data', (chunk: Buffer) => {
      this.answer += chunk.toString();
    });
  }

  async begin(text: string, trickle = ''): Promise<void> {
    await once(this.socket, 'connect');
    this.socket.write(text);
    if (trickle !== '') this.timer = setInterval(() => this.socket.write(trickle), 300);
  }

  end(): void {
    clearInterval(this.timer);
    this.socket.destroy();
  }

  /** Whether the server has ended the connection, or this side has. */
  get isOver(): boolean {
    return this.socket.readableEnded || this.socket.destroyed;
  }

  /** The status of the last answer; one that only says to continue does not count. */
  get status(): number | null {
    const status = [...this.answer.matchAll(/^HTTP\/1\.1 (\d+) /gm)].at(-1)?.[1];
    return status === undefined ? null : Number(status);
  }
}

const TOKEN = 'a token of the tests';

describe('a connection whose request is refused, or never comes', () => {
  let stack: Stack;
  let url: string;
  /** Address of the API that has this machine as its proxy. */
  let proxiedUrl: string;
  let holders: Holder[];
  const further: { stop: () => Promise<unknown> }[] = [];

  const startApi = async (settings: Readonly<Record<string, string>>) => {
    const api = await stack.startFurtherApi(settings);
    further.push(api.process);
    return api.url;
  };
  const metrics = async () => {
    const headers = { authorization: `Bearer ${TOKEN}`, connection: 'close' };
    return (await fetch(`${url}/metrics`, { headers })).text();
  };
  /** Counts open connections, without the one that asks. */
  const openConnections = async () =>
    Number(/^drivewatch_connections (\d+)$/m.exec(await metrics())?.[1]) - 1;
  const areClosed = () =>
    eventually(async () => {
      const open = holders.filter(({ isOver }) => !isOver).map(({ answer }) => answer);
      expect([await openConnections(), open]).toEqual([0, []]);
    }, CLOSED_MS);
  const hold = async (text: string, trickle = '') => {
    const holder = new Holder(Number(new URL(url).port));
    holders.push(holder);
    await holder.begin(text, trickle);
    return holder;
  };

  beforeAll(async () => {
    stack = await startStack({ consumers: 0, access: {}, apiEnv: { METRICS_TOKEN: TOKEN } });
    proxiedUrl = await startApi({
      MAX_CONNECTIONS: '5',
      MAX_CONNECTIONS_PER_ADDRESS: '2',
      TRUST_PROXY: '127.0.0.0/8',
    });
  });
  beforeEach(() => {
    ({ url } = stack);
    holders = [];
  });
  afterEach(async () => {
    for (const holder of holders) holder.end();
    // The next test has to count only its own connections.
    await eventually(async () => expect(await openConnections()).toBe(0));
  });
  afterAll(async () => {
    await Promise.all(further.map((api) => api.stop()));
    await stack.stop();
  });

  it.each([
    ['', 'and sends nothing more'],
    ['.', 'and goes on sending, a byte at a time'],
  ])('ends, however it was asked, with what it is told%s (%s)', async (trickle) => {
    const asked = Object.entries(HELD);
    const all = await Promise.all(asked.map(([, [text]]) => hold(text, trickle)));
    await areClosed();
    const told = asked.map(([what], index) => [what, all[index]?.status]);
    // A byte at the place where a request should begin makes the request invalid.
    const expected = (what: string, status: number) =>
      trickle !== '' && what === 'nothing at all' ? 400 : status;
    expect(told).toEqual(asked.map(([what, [, status]]) => [what, expected(what, status)]));
    for (const { answer } of all.filter(({ status }) => status !== null)) {
      expect(answer).toMatch(/\r\nConnection: close\r\n/i);
      expect(answer).toMatch(DATE);
    }
  });

  it('stays open if all of the request had arrived', async () => {
    const request = (path: string) =>
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`;
    const holder = await hold(request('/addData'));
    await eventually(() => expect(holder.status).toBe(401));
    holder.answer = '';
    holder.socket.write(request('/none'));
    await eventually(() => expect(holder.status).toBe(404));
    expect(holder.answer).not.toMatch(/connection: close/i);
  });

  it('does not hold the bodies of more requests than one client, named by a trusted proxy, may have', async () => {
    url = proxiedUrl;
    const half = (client: string) =>
      hold(
        `POST /api/session HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: ${client}\r\n` +
          'Content-Type: application/json\r\nContent-Length: 4000\r\n\r\n{',
      );
    const [first, second, third, other] = await Promise.all(
      ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2'].map(half),
    );
    await eventually(() => {
      const told = [first, second, third].map((holder) => holder?.status);
      expect(told.filter((status) => status === 429)).toHaveLength(1);
    });
    expect(other?.status).toBeNull();
    await areClosed();
  });

  it('is accepted up to the limit of its address and of the process; connections beyond are closed and counted', async () => {
    url = await startApi({ MAX_CONNECTIONS: '5', MAX_CONNECTIONS_PER_ADDRESS: '3' });
    for (let held = 1; held <= 3; held += 1) await hold('');
    const refused = await hold('');
    await eventually(() => expect(refused.isOver).toBe(true));
    expect(refused.status).toBe(429);
    expect(refused.answer).toMatch(/allowed: 3 at a time/);
    expect(refused.answer).toMatch(DATE);
    for (const holder of holders) holder.end();
    await eventually(async () => {
      const text = await metrics();
      expect(text).toMatch(/^drivewatch_connections_refused_total\{reason="address"\} [1-9]\d*$/m);
      expect(text).toMatch(/^drivewatch_connections [12]$/m);
    });
  });

  it('may be a trusted proxy, for which only the limit of the process applies', async () => {
    url = proxiedUrl;
    for (let held = 1; held <= 4; held += 1) await hold('');
    expect(await openConnections()).toBe(4);
    await hold('');
    const refused = await hold('');
    await eventually(() => expect(refused.isOver).toBe(true));
    expect(holders.filter(({ isOver }) => isOver)).toEqual([refused]);
  });

  it('may be reset in the middle of a handshake, which ends nothing but itself', async () => {
    for (let round = 0; round < 30; round += 1) {
      const host = round % 2 === 0 ? 'localhost' : 'evil.example';
      const holder = await hold(
        `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${host}\r\n${UPGRADE}\r\n\r\n`,
      );
      holder.socket.resetAndDestroy();
    }
    await areClosed();
  });
});
