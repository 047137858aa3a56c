import { type EventEmitter, once } from 'node:events';
import { randomInt, randomUUID } from 'node:crypto';
import { createDeviceKey } from '@drivewatch/credentials';
import type { Problem } from '@drivewatch/contracts';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, type Stack } from '@drivewatch/testing';
import type { Socket } from 'socket.io-client';
import { openSocket } from './dashboard-session';
import { undocumentedHandshakeRefusal } from './documented';
import { LiveClient } from './live-client';
import { metricsOf } from './metrics-of';
import { postRecord } from './post-record';
import { suiteStack } from './suite-stack';

const METRICS_TOKEN = 'a token of the tests';
const LIMIT = 3;
const TRANSPORTS = ['websocket', 'polling'] as const;

type Api = Awaited<ReturnType<Stack['startFurtherApi']>>;

describe('keys for the live feed', () => {
  let stack: Stack;
  let device: { key: string };
  let live: { key: string };
  const opened: Socket[] = [];
  beforeAll(async () => {
    stack = await suiteStack();
    device = await stack.access.addKey();
    live = await newKey();
  });
  afterEach(() => {
    for (const socket of opened.splice(0)) socket.close();
  });

  const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });
  /** Another client behind this machine as its proxy: an address that is refused often is soon refused for that alone. */
  const fromElsewhere = () => ({ 'X-Forwarded-For': `10.1.${randomInt(256)}.${randomInt(256)}` });
  /** Asks for a connection by polling, as Socket.IO clients begin. */
  const handshake = async (headers: Record<string, string>, url = stack.url) => {
    const response = await fetch(`${url}/socket.io/?EIO=4&transport=polling`, {
      headers: { ...fromElsewhere(), ...headers },
    });
    return { response, text: await response.text() };
  };
  /** Waits until an API has read the key. */
  const untilKnown = (key: string, url = stack.url) =>
    eventually(async () => {
      const { status } = await postRecord(url, {}, { ...fromElsewhere(), ...bearer(key) });
      expect(status).toBe(403);
    });
  const newKey = async (options?: Parameters<Stack['access']['addLiveKey']>[0]) => {
    const made = await stack.access.addLiveKey(options);
    if (options?.expiresAt === undefined) await untilKnown(made.key);
    return made;
  };
  const connected = async (key: string, url = stack.url, from = {}): Promise<Socket> => {
    const { socket, outcome } = await openSocket(url, { ...bearer(key), ...from });
    expect(outcome).toBe('connected');
    opened.push(socket);
    return socket;
  };
  const endOf = async (socket: Socket): Promise<unknown> =>
    (await once(socket as unknown as EventEmitter, 'disconnect'))[0];
  const withFurtherApi = async (env: Record<string, string>, test: (api: Api) => Promise<void>) => {
    const api = await stack.startFurtherApi(env);
    try {
      await test(api);
    } finally {
      await api.process.stop();
    }
  };

  it('open the live socket in either header, by WebSocket and by polling', async () => {
    for (const headers of [bearer(live.key), { 'X-API-Key': live.key }])
      for (const transport of TRANSPORTS) {
        const { socket, outcome } = await openSocket(stack.url, headers, transport);
        socket.close();
        expect([transport, outcome]).toEqual([transport, 'connected']);
      }
  });

  it('are told of ticks and alerts', async () => {
    const client = await LiveClient.connect(stack.url, {}, bearer(live.key));
    const driverID = `live-${randomUUID()}`;
    const record = { ...aWireRecord({ driverID, isOverspeed: '1' }), Time: new Date().toISOString() };
    expect((await postRecord(stack.url, record, bearer(device.key))).status).toBe(202);
    await eventually(() => {
      expect(client.tickPoints.filter((point) => point.startsWith(driverID))).toHaveLength(1);
      expect(client.alerts).toContainEqual(expect.objectContaining({ event: 'overspeeding', driverID }));
    });
    client.close();
  });

  it('are the only keys that open it: others are refused with a problem that says why', async () => {
    const expired = await newKey({ expiresAt: new Date(Date.now() - 1_000) });
    const revoked = await newKey();
    await stack.access.keys.revoke(revoked.id);
    await eventually(async () => {
      expect((await handshake(bearer(revoked.key))).text).toContain('The key has been revoked');
      expect((await handshake(bearer(expired.key))).text).toContain('The key has expired');
    });
    const cases: [Record<string, string>, number, RegExp][] = [
      [{}, 401, /^Nobody is signed in; .* or send a key for the live feed as "Authorization: Bearer dw_…"/],
      [bearer(createDeviceKey().key), 401, /^The key is unknown$/],
      [bearer(expired.key), 401, /^The key has expired$/],
      [{ 'X-API-Key': revoked.key }, 401, /^The key has been revoked$/],
      [bearer(device.key), 403, /^This key may send records and nothing else; .*keys -- create --live/],
      [{ 'X-API-Key': `${live.key}, ${live.key}` }, 401, /unknown/],
      // What counts for devices counts here: the first of the two headers that has a key.
      [{ ...bearer(device.key), 'X-API-Key': live.key }, 403, /may send records/],
      [{ ...bearer(live.key), Origin: 'https://evil.example' }, 403, /Pages of this origin may not listen/],
    ];
    for (const [headers, status, detail] of cases) {
      const { response, text } = await handshake(headers);
      expect([headers, response.status]).toEqual([headers, status]);
      expect((JSON.parse(text) as Problem).detail).toMatch(detail);
      expect(undocumentedHandshakeRefusal(JSON.parse(text))).toEqual([]);
      for (const transport of TRANSPORTS)
        expect((await openSocket(stack.url, { ...fromElsewhere(), ...headers }, transport)).outcome).toBe(
          String(status),
        );
    }
  });

  it('may send no records, which is said, and nothing is stored', async () => {
    const driverID = `refused-${randomUUID()}`;
    for (const headers of [bearer(live.key), { 'X-API-Key': live.key }]) {
      const response = await postRecord(stack.url, aWireRecord({ driverID }), headers);
      expect([response.status, await response.json()]).toEqual([
        403,
        expect.objectContaining({
          code: 'FORBIDDEN',
          detail:
            'This key may read the live feed and nothing else; records need one made with --fleet or --driver',
        }),
      ]);
    }
    expect(await stack.query('SELECT FROM driving_record WHERE driver_id = $1', [driverID])).toEqual([]);
  });

  it.each(['/api/audit', '/metrics', '/admin/queues', '/admin/queues/api/queues'])(
    'do not open %s',
    async (path) => {
      const response = await fetch(stack.url + path, { headers: bearer(live.key) });
      expect([response.status, await response.json()]).toEqual([
        403,
        expect.objectContaining({ detail: 'This key may read the live feed and nothing else' }),
      ]);
    },
  );

  it('close what they have opened when they are revoked, on every instance, and only that', async () => {
    await withFurtherApi({}, async ({ url }) => {
      const [ending, other] = [await newKey(), await newKey()];
      await untilKnown(other.key, url);
      const sockets = [await connected(ending.key), await connected(ending.key, url)];
      const stays = [await connected(other.key), await connected(other.key, url)];
      const ends = sockets.map(endOf);
      await stack.access.keys.revoke(ending.id);
      expect(await Promise.all(ends)).toEqual(['io server disconnect', 'io server disconnect']);
      expect(stays.map((socket) => socket.connected)).toEqual([true, true]);
      for (const socket of sockets) {
        // A client that comes back is told why.
        const refused = once(socket as unknown as EventEmitter, 'connect_error');
        socket.connect();
        await refused;
        expect(socket.connected).toBe(false);
      }
    });
  });

  it('close what they have opened when they expire, and a successor goes on', async () => {
    const old = await newKey();
    const socket = await connected(old.key);
    const ended = endOf(socket);
    const next = createDeviceKey();
    await stack.access.keys.rotate(old.id, {
      secretHash: next.hash,
      expiresAt: null,
      oldEndsAt: new Date(Date.now() + 1_000),
    });
    await untilKnown(next.key);
    const successor = await connected(next.key);
    expect(await ended).toBe('io server disconnect');
    expect((await handshake(bearer(old.key))).text).toContain('The key has expired');
    expect(successor.connected).toBe(true);
  });

  it('are limited like a session: the oldest connection makes room, and not all may be reopened at once', async () => {
    const env = { MAX_SOCKETS_PER_SESSION: String(LIMIT), RATE_LIMIT_ADDRESS: '2', METRICS_TOKEN };
    await withFurtherApi(env, async ({ url }) => {
      const [one, other] = [await newKey(), await newKey()];
      await untilKnown(one.key, url);
      await untilKnown(other.key, url);
      // Whoever shares the address uses up only what the address has.
      const from = { 'X-Forwarded-For': '10.2.0.1' };
      await eventually(async () => {
        const asked = await Promise.all(Array.from({ length: 20 }, () => handshake(from, url)));
        expect(asked.map(({ response }) => response.status)).toContain(429);
      });
      const oldest = await connected(other.key, url, from);
      const [told, ended] = [once(oldest as unknown as EventEmitter, 'displaced'), endOf(oldest)];
      for (let count = 0; count < LIMIT; count += 1) await connected(other.key, url);
      expect([await told, await ended]).toEqual([[{ limit: LIMIT }], 'io server disconnect']);
      expect((await metricsOf(url, bearer(METRICS_TOKEN))).get('drivewatch_displaced_clients_total')).toBe(1);
      const outcomes: string[] = [];
      for (let count = 0; count < 4 * LIMIT; count += 1) {
        const { socket, outcome } = await openSocket(url, bearer(one.key));
        socket.close();
        outcomes.push(outcome);
      }
      expect(outcomes).toContain('429');
      expect((await handshake(bearer(one.key), url)).text).toMatch(/of this session or key/);
    });
  });

  it('are ignored while nobody needs one, like those of devices', async () => {
    await withFurtherApi({ AUTH: 'off' }, async ({ url }) => {
      for (const headers of [{}, bearer(live.key), bearer(device.key), bearer('dw_short')]) {
        const { socket, outcome } = await openSocket(url, headers);
        socket.close();
        expect(outcome).toBe('connected');
      }
      const driverID = `open-${randomUUID()}`;
      expect((await postRecord(url, aWireRecord({ driverID }), bearer(live.key))).status).toBe(202);
    });
  });

  it('know when they were last used, and appear in no log', async () => {
    const { id, key } = await newKey();
    await connected(key);
    await eventually(async () => {
      const used = (await stack.access.keys.list()).find((one) => one.id === id)?.lastUsedAt;
      expect(used).toBeInstanceOf(Date);
    });
    await handshake(bearer(`${key}x`));
    expect(stack.api().output).not.toContain(key);
  });
});
