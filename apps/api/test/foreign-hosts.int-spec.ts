import { request, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { apiEnvSchema, parseEnv } from '@drivewatch/config';
import type { Problem } from '@drivewatch/contracts';
import { createLogger } from '@drivewatch/server';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { startApi } from '../src/api';
import { ask } from './ask';
import { startStores, type Stores } from './stores';

/** The headers of a browser that shows a page of this name, which has been made to point at this machine. */
const EVIL = { Host: 'evil.example:8080', Origin: 'http://evil.example:8080' };
const QUEUE = '/admin/queues/api/queues/driving-records';
const POLLING = '/socket.io/?EIO=4&transport=polling';
const JSON_BODY = { 'Content-Type': 'application/json' };

interface BoardAnswer {
  queues: { name: string; isPaused: boolean; counts: Record<string, number> }[];
}

describe.each(['off', 'on'] as const)('with AUTH=%s, a page of a foreign name', (auth) => {
  let stores: Stores;
  let app: NestFastifyApplication;
  let routes: { method: string; url: string }[];
  let base: string;
  let addresses: AddressInfo[];

  beforeAll(async () => {
    stores = await startStores();
    const config = parseEnv(apiEnvSchema, {
      ...stores.env,
      // Fastify has a server for each address of that name.
      HOST: 'localhost',
      ALLOWED_HOSTS: 'fleet.example, .trucks.example, flotte-münchen.example',
      AUTH: auth,
      SESSION_SECRET: 's'.repeat(40),
      TRUST_PROXY: '127.0.0.1, ::1',
    });
    const registered: RouteOptions[] = [];
    app = await startApi(config, createLogger({ app: 'api', level: 'fatal' }), (server) => {
      server.addHook('onRoute', (route) => {
        registered.push(route);
      });
      void server.register((scope, _, done) => {
        scope.get('/of-a-plugin/*', () => 'read');
        done();
      });
    });
    routes = registered.flatMap(({ method, url }) => [method].flat().map((one) => ({ method: one, url })));
    const server: FastifyInstance = app.getHttpAdapter().getInstance();
    addresses = server.addresses().flatMap((address) => (typeof address === 'string' ? [] : [address]));
    base = `http://localhost:${addresses[0]?.port ?? 0}`;
  });
  afterAll(async () => {
    await app.close();
    await stores.stop();
  });

  /** Returns the board's own view of the queue; nothing empties the queue, because no consumer runs. */
  const queueNow = async () => {
    const { body } = await ask(base, '/admin/queues/api/queues', {});
    return (JSON.parse(body) as BoardAnswer).queues.find(({ name }) => name === 'driving-records');
  };
  const record = (driverID: string) =>
    JSON.stringify({ driverID, Speed: 199, Time: new Date().toISOString(), isOverspeed: 1 });
  const statusOf = async (path: string, headers: Record<string, string>, method = 'GET') =>
    (await ask(base, path, { method, headers })).status;

  it('is answered by no route with anything but a refusal that names it', async () => {
    expect(routes.length).toBeGreaterThan(20);
    expect(routes.map(({ url }) => url)).toEqual(expect.arrayContaining(['/addData', '/cdn/*', '/*']));
    const paths = routes.map(({ method, url }) => [method, url.replace('*', 'x').replace(/:\w+/g, 'x')]);
    const further = ['/', '/index.html', '/no/such/page', '/no-such.js', '/of-a-plugin/x', '/%zz', POLLING];
    const answered: unknown[] = [];
    for (const [method = '', path = ''] of [...paths, ...further.map((path) => ['GET', path])]) {
      const body = ['POST', 'PUT', 'PATCH'].includes(method) ? record('forged') : undefined;
      const headers = { ...EVIL, ...(body !== undefined && JSON_BODY) };
      const answer = await ask(base, path, { method, headers, ...(body !== undefined && { body }) });
      const { code } = JSON.parse(answer.body || '{}') as Partial<Problem>;
      const isRefusal = answer.status === 421 && (method === 'HEAD' || code === 'HOST_NOT_ALLOWED');
      if (!isRefusal) answered.push([method, path, answer.status, answer.body]);
    }
    expect(answered).toEqual([]);
    const { body, headers } = await ask(base, '/metrics', { headers: EVIL });
    expect(body).toContain(String.raw`the host \"evil.example:8080\"; allowed: localhost`);
    expect(headers['content-type']).toMatch('application/problem+json');
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it.each([
    ['GET / HTTP/1.1\r\nHost: EVIL.example.', 421],
    ['GET / HTTP/1.1\r\nHost: xn--fleet-kva.example', 421],
    ['GET / HTTP/1.1\r\nHost: localhost@evil.example', 400],
    ['GET / HTTP/1.1\r\nHost: evil.example\r\nHost: localhost', 400],
    ['GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example', 400],
    ['GET http://evil.example/health/live HTTP/1.1\r\nHost: localhost', 421],
    ['GET http://localhost/health/live HTTP/1.1\r\nHost: evil.example', 421],
    ['GET http://localhost@evil.example/health/live HTTP/1.1\r\nHost: localhost', 400],
    ['GET /health/live HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: localhost', 421],
    ['GET /health/live HTTP/1.1\r\nHost:', 400],
    ['GET /health/live HTTP/1.1\r\nX-No: host', 400],
    ['GET /health/live HTTP/1.0\r\nX-No: host', 400],
    ['OPTIONS * HTTP/1.1\r\nHost: evil.example', 421],
    ['GET /health/live HTTP/1.0\r\nHost: localhost', 200],
    ['GET /health/live HTTP/1.1\r\nHost: 10.1.2.3:8080', 200],
    ['GET /health/live HTTP/1.1\r\nHost: [2001:db8::1]', 200],
    ['GET /health/live HTTP/1.1\r\nHost: FLEET.example.:443', 200],
    ['GET /health/live HTTP/1.1\r\nHost: 7.trucks.example', 200],
    ['GET /health/live HTTP/1.1\r\nHost: xn--flotte-mnchen-3ob.example', 200],
    ['GET http://fleet.example/health/live HTTP/1.1\r\nHost: fleet.example', 200],
  ])('may write its request as %j: %i, at every address', async (head, status) => {
    for (const { address, port } of addresses) {
      const socket = connect(port, address).setNoDelay();
      socket.write(`${head}\r\nConnection: close\r\n\r\n`);
      const answer = await text(socket);
      expect([address, answer.split('\r\n', 1)[0]]).toEqual([
        address,
        expect.stringMatching(`^HTTP/1.1 ${status} `),
      ]);
      if (status !== 200) expect(answer).toMatch(/application\/problem\+json[^]*"detail":/);
    }
  });

  it('is refused by the live socket in its handshakes', async () => {
    const upgrade = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    };
    const open = (headers: Record<string, string>) =>
      new Promise<IncomingMessage>((resolve, reject) => {
        request(`${base}/socket.io/?EIO=4&transport=websocket`, { headers: { ...upgrade, ...headers } })
          .on('response', resolve)
          .on('upgrade', (response, socket) => {
            socket.destroy();
            resolve(response);
          })
          .on('error', reject)
          .end();
      });
    const refused = await open(EVIL);
    expect(refused.statusCode).toBe(421);
    expect(JSON.parse(await text(refused))).toMatchObject({ code: 'HOST_NOT_ALLOWED' });
    expect(await statusOf(POLLING, EVIL)).toBe(421);
    const own = { Host: 'fleet.example', Origin: 'http://fleet.example' };
    expect((await open(own)).statusCode).toBe(auth === 'on' ? 401 : 101);
    expect((await open({ ...own, Origin: EVIL.Origin })).statusCode).toBe(403);
  });

  if (auth === 'on') return;

  it('is refused by the live socket with the id of a connection, too', async () => {
    const { body } = await ask(base, POLLING, {});
    const { sid } = JSON.parse(body.slice(1)) as { sid: string };
    for (const method of ['GET', 'POST'])
      expect(await statusOf(`${POLLING}&sid=${sid}`, EVIL, method)).toBe(421);
  });

  it('can neither forge a record nor touch the queue, as the dashboard and programs can', async () => {
    const post = async (headers: Record<string, string>) =>
      (
        await ask(base, '/addData', {
          method: 'POST',
          headers: { ...JSON_BODY, ...headers },
          body: record('a'),
        })
      ).status;
    // The first request uses the foreign name; the others use this machine's, as a page of any other server may try.
    for (const [foreign, status] of [
      [EVIL, 421],
      [{ Origin: EVIL.Origin }, 403],
      [{ Origin: 'null' }, 403],
      [{ Origin: 'http://localhost:1' }, 403],
    ] as const) {
      expect(await statusOf(`${QUEUE}/pause`, foreign, 'PUT')).toBe(status);
      expect(await post(foreign)).toBe(status);
    }
    expect(await queueNow()).toMatchObject({ isPaused: false, counts: { waiting: 0 } });
    expect(await statusOf(`${QUEUE}/pause`, { Origin: base }, 'PUT')).toBe(200);
    expect(await queueNow()).toMatchObject({ isPaused: true });
    expect(await statusOf(`${QUEUE}/resume`, {}, 'PUT')).toBe(200);
    const byName = { Host: 'fleet.example', Origin: 'https://fleet.example' };
    for (const own of [{}, { Origin: base }, byName] as Record<string, string>[])
      expect(await post(own)).toBe(202);
    expect(await queueNow()).toMatchObject({ isPaused: false, counts: { waiting: 3 } });
  });
});
