import { createDeviceKey, hashPassword } from '@drivewatch/credentials';
import { apiEnvSchema, parseEnv } from '@drivewatch/config';
import { SESSION_PATH } from '@drivewatch/contracts';
import { createLogger } from '@drivewatch/server';
import { DashboardUserRepository, DeviceKeyRepository, type NewDeviceKey } from '@drivewatch/persistence';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { RouteOptions } from 'fastify';
import { startApi } from '../src/api';
import type { Access } from '../src/access/access-guard';
import { ask, type Answer } from './ask';
import { startStores } from './stores';

interface Route {
  method: string;
  url: string;
  access: Access;
}

const PASSWORD = 'a long test password';
const METRICS_TOKEN = 'a token of the tests';
const MARK = 'only for those who may';
/** The answer of `/addData` to an empty record, which shows that the request was let in. */
const LET_IN = 'INVALID_RECORD';
/** The answers that a request without the right may get; never a success, never a redirect. */
const REFUSALS = [400, 401, 403, 404, 405];

/** What somebody without a right to a route may show, by the route's policy. */
type Credentials = Record<string, string>;

describe('every route of the API', () => {
  let routes: Route[];
  const cleanUp: (() => Promise<unknown>)[] = [];
  let url: string;
  let credentials: Record<
    'none' | 'wrong' | 'revoked' | 'expired' | 'device' | 'live' | 'viewer' | 'admin' | 'metrics' | 'forged',
    Credentials
  >;

  beforeAll(async () => {
    const { env, database, stop } = await startStores();
    cleanUp.push(stop);
    const keys = new DeviceKeyRepository(database);
    const addKey = async (options: Partial<NewDeviceKey> = {}) => {
      const { key, hash } = createDeviceKey();
      const defaults = { name: 'test', driverIds: null, mayReplay: false, readsLive: false, expiresAt: null };
      return { key, id: await keys.create({ ...defaults, secretHash: hash, ...options }) };
    };
    const [device, live, revoked, expired] = [
      await addKey(),
      await addKey({ driverIds: [], readsLive: true }),
      await addKey(),
      await addKey({ expiresAt: new Date(0) }),
    ];
    await keys.revoke(revoked.id);
    const users = new DashboardUserRepository(database);
    const passwordHash = await hashPassword(PASSWORD);
    for (const role of ['viewer', 'admin'] as const) await users.add({ name: role, role, passwordHash });

    const config = parseEnv(apiEnvSchema, {
      ...env,
      AUTH: 'on',
      SESSION_SECRET: 's'.repeat(40),
      METRICS_TOKEN,
      TRUST_PROXY: '127.0.0.1',
    });
    const logger = createLogger({ app: 'api', level: 'fatal' });
    // The routes are read once all are registered: hooks of plugins may still change them.
    const registered: RouteOptions[] = [];
    const app: NestFastifyApplication = await startApi(config, logger, (server) => {
      server.addHook('onRoute', (route) => {
        registered.push(route);
      });
      const marked = () => Promise.resolve({ secret: MARK });
      // This plugin has a scope of its own, as Bull Board has, and knows nothing of access.
      void server.register((scope, _, done) => {
        scope.get('/unmarked/*', marked);
        scope.post('/unmarked', marked);
        done();
      });
      server.get('/for-viewers', { config: { access: 'viewer' } }, marked);
      server.get('/for-metrics', { config: { access: 'metrics' } }, marked);
    });
    cleanUp.push(() => app.close());
    routes = registered.flatMap(({ method, url: path, config: routeConfig }) =>
      // A route that says nothing is for admins.
      [method].flat().map((one) => ({ method: one, url: path, access: routeConfig?.access ?? 'admin' })),
    );
    url = await app.getUrl();
    const cookieOf = async (name: string): Promise<Credentials> => {
      const answer = await ask(url, SESSION_PATH, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ name, password: PASSWORD }),
      });
      expect([answer.status, answer.body]).toEqual([204, '']);
      return { Cookie: String(answer.headers['set-cookie']).split(';', 1)[0] ?? '' };
    };
    const bearer = (token: string): Credentials => ({ Authorization: `Bearer ${token}` });
    const viewer = await cookieOf('viewer');
    credentials = {
      none: {},
      wrong: { ...bearer(createDeviceKey().key), Cookie: 'drivewatch-session=abc.def' },
      revoked: bearer(revoked.key),
      expired: { 'X-API-Key': expired.key },
      device: bearer(device.key),
      live: bearer(live.key),
      metrics: bearer(METRICS_TOKEN),
      viewer,
      admin: await cookieOf('admin'),
      forged: { Cookie: `${viewer.Cookie ?? ''}x` },
    };
  });
  afterAll(async () => {
    for (const step of cleanUp.reverse()) await step();
  });

  /** Returns the credentials of everybody who has no right to a route. */
  const outsiders = ({ access }: Route): Credentials[] => {
    const { none, wrong, revoked, expired, device, live, metrics, viewer, forged } = credentials;
    const strangers = [none, wrong, revoked, expired, live, forged];
    switch (access) {
      case 'public':
        return [];
      case 'device':
        return [...strangers, metrics, viewer];
      case 'viewer':
        return [...strangers, metrics, device];
      case 'metrics':
        return [...strangers, device, viewer];
      case 'admin':
        return [...strangers, metrics, device, viewer];
    }
  };

  /** Returns the addresses that only somebody with a right may read. */
  const guardedPaths = (): Set<string> => {
    const guarded = routes.filter(({ method, access }) => method === 'GET' && access !== 'public');
    return new Set(guarded.map(({ url: path }) => path));
  };

  it('refuses all other methods of a guarded address', async () => {
    const guarded = guardedPaths();
    const others = routes.filter(({ url: path, access }) => access === 'public' && guarded.has(path));
    expect(others).toContainEqual({ method: 'POST', url: '/metrics', access: 'public' });
    for (const { method, url: path } of others)
      expect([method, path, (await ask(url, path, { method })).status]).toEqual([method, path, 405]);
  });

  it('is meant to be public, or is guarded', () => {
    const guarded = guardedPaths();
    const open = new Set(routes.filter(({ access }) => access === 'public').map(({ url: path }) => path));
    // Refused methods answer everybody, also of a guarded address; files of the dashboard have extensions.
    const shown = [...open]
      .filter((path) => !guarded.has(path) && !/^\/[\w-]+\.(?:js|css|svg|txt)$/.test(path))
      .sort();
    expect(shown).toEqual(PUBLIC_ROUTES);
    expect(routes.filter(({ access }) => access === 'device')).toEqual([
      { method: 'POST', url: '/addData', access: 'device' },
    ]);
    expect(routes.some(({ url: path, access }) => path === '/unmarked' && access === 'admin')).toBe(true);
  });

  it('refuses callers without a right to it, however they spell its address', async () => {
    const guarded = routes.filter(({ access }) => access !== 'public');
    expect(guarded.length).toBeGreaterThanOrEqual(7);
    const leaks: string[] = [];
    for (const route of guarded) {
      for (const shown of outsiders(route)) {
        for (const path of spellingsOf(route.url)) {
          for (const method of new Set([route.method, 'HEAD', 'OPTIONS'])) {
            const answer = await ask(url, path, { method, ...withBody(method, shown) });
            if (!isRefusal(answer) && !isPage(answer))
              leaks.push(`${method} ${path} with ${JSON.stringify(shown)}: ${answer.status} ${answer.body}`);
          }
        }
      }
      const plain = route.url.replace('*', 'x');
      for (const shown of outsiders(route)) {
        const { status } = await ask(url, plain, { method: route.method, ...withBody(route.method, shown) });
        expect([route.method, plain, [401, 403].includes(status)]).toEqual([route.method, plain, true]);
      }
    }
    expect(leaks).toEqual([]);
  });

  it('lets callers with a right in', async () => {
    const { viewer, admin, metrics, device } = credentials;
    const statusOf = async (path: string, headers: Credentials, method = 'GET') =>
      (await ask(url, path, { method, headers })).status;
    expect(await statusOf('/for-viewers', viewer)).toBe(200);
    expect(await statusOf('/for-viewers', admin)).toBe(200);
    expect(await statusOf('/unmarked/x', admin)).toBe(200);
    expect(await statusOf('/for-metrics', metrics)).toBe(200);
    expect(await statusOf('/for-metrics', admin)).toBe(200);
    const answer = await ask(url, '/addData', { method: 'POST', ...withBody('POST', device) });
    expect([answer.status, answer.body]).toEqual([400, expect.stringContaining(LET_IN)]);
  });

  it("does not act on an admin's session for a page of somebody else's", async () => {
    const headers = { ...credentials.admin, Origin: 'https://evil.example' };
    expect((await ask(url, '/unmarked', { method: 'POST', headers })).status).toBe(403);
    const own = { ...credentials.admin, Origin: url };
    expect((await ask(url, '/unmarked', { method: 'POST', headers: own })).status).toBe(200);
  });

  it('sends security headers, even with refusals', async () => {
    for (const path of ['/', '/unmarked/x', '/addData', '/no-such.js', SESSION_PATH]) {
      const { headers } = await ask(url, path, {});
      expect(headers['content-security-policy']).toMatch(/script-src 'self'(?! 'unsafe)/);
      expect(headers['content-security-policy']).toMatch("frame-ancestors 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
    }
    const cdn = await ask(url, '/cdn/nothing', {});
    expect(cdn.headers['content-security-policy']).toBe("default-src 'none'; sandbox");
  });
});

const PUBLIC_ROUTES = [
  '/*',
  '/addData',
  SESSION_PATH,
  '/cdn/*',
  '/health/live',
  '/health/ready',
  '/api/docs',
  '/api/docs/start.js',
  '/api/docs/style.css',
  '/api/docs/swagger-ui-bundle.js',
  '/api/docs/swagger-ui.css',
  '/api/openapi.json',
  '/api/asyncapi.json',
].sort();

const isRefusal = ({ status, body }: Answer): boolean =>
  REFUSALS.includes(status) && !body.includes(MARK) && !body.includes(LET_IN);
/** Adds a body that every POST can parse; `/addData` finds it wrong, but only for requests that it lets in. */
const withBody = (method: string, headers: Credentials) =>
  method === 'POST'
    ? { headers: { ...headers, 'Content-Type': 'application/json' }, body: '{}' }
    : { headers };
/** An address that the API does not have shows the dashboard's page, which everybody may have. */
const isPage = ({ status, headers, body }: Answer): boolean =>
  status === 200 && String(headers['content-type']).startsWith('text/html') && !body.includes(MARK);

/** Returns an address as it is, and in the spellings by which somebody may try to pass it off as another. */
function spellingsOf(route: string): string[] {
  const path = route.replace('*', 'x');
  const last = path.lastIndexOf('/') + 1;
  const encoded = `%${path.charCodeAt(last).toString(16)}${path.slice(last + 1)}`;
  return [
    path,
    `${path}/`,
    `/${path}`,
    `${path}//`,
    path.toUpperCase(),
    path.slice(0, last) + encoded,
    path.replace(/^\//, '/%2f'),
    `/x/..${path}`,
    `/.${path}`,
    `/cdn/..${path}`,
    `/cdn/%2e%2e${path}`,
    `${path}/.`,
    `${path}/%2e`,
    `${path}?access=public`,
    `${path}?`,
    `${path}#fragment`,
    `${path};x=1`,
    `${path}%00`,
    `${path}%20`,
    `${path}.js`,
    `http://localhost${path}`,
  ];
}
