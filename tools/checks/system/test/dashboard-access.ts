import type { Problem } from '@drivewatch/contracts';
import { eventually, type Stack } from '@drivewatch/testing';
import { accessIsKnown } from './access-known';
import { openSocket, sessionState, signIn, trySignIn } from './dashboard-session';
import { suiteStack } from './suite-stack';

const PASSWORD = 'correct horse battery';
/** As long as may be: characters with two UTF-16 units each. */
const LONGEST_PASSWORD = '\u{1f69a}'.repeat(1024);

describe('the dashboard of a Drivewatch that asks who is there', () => {
  let stack: Stack;
  let further: Awaited<ReturnType<Stack['startFurtherApi']>>;
  beforeAll(async () => {
    stack = await suiteStack();
    for (const name of ['Vera', 'removed', 'changed'])
      await stack.access.addUser({ name, role: 'viewer', password: PASSWORD });
    await stack.access.addUser({ name: 'longest', role: 'viewer', password: LONGEST_PASSWORD });
    further = await stack.startFurtherApi();
    await accessIsKnown(stack);
  });
  afterAll(() => further.process.stop());

  it('lets a user sign in, in any case of the name, and out again', async () => {
    expect(await sessionState(stack.url)).toEqual({ authentication: 'on', user: null });
    const response = await trySignIn(stack.url, 'VERA', PASSWORD);
    expect(response.status).toBe(204);
    const [header = ''] = response.headers.getSetCookie();
    expect(header).toMatch(/; HttpOnly/);
    expect(header).toMatch(/; SameSite=Strict/);
    // This stack is on loopback, where there is no https.
    expect(header).not.toMatch(/; Secure/);
    const cookie = header.split(';', 1)[0] ?? '';
    expect(await sessionState(stack.url, cookie)).toEqual({
      authentication: 'on',
      user: { name: 'Vera', role: 'viewer' },
    });
    const out = await fetch(`${stack.url}/api/session`, { method: 'DELETE', headers: { cookie } });
    expect(out.status).toBe(204);
    expect(out.headers.getSetCookie()[0]).toMatch(/^drivewatch-session=;.*Expires=Thu, 01 Jan 1970/);
    expect(await sessionState(stack.url, cookie)).toEqual({ authentication: 'on', user: null });
  });

  it('takes a password of up to 1,024 characters', async () => {
    const attempt = async (password: string) =>
      (await trySignIn(stack.url, 'longest', password, from('longest'))).status;
    expect(await attempt(LONGEST_PASSWORD)).toBe(204);
    expect(await attempt(`${LONGEST_PASSWORD}x`)).toBe(400);
  });

  it('gives each sign-in a session of its own, whatever cookie came along', async () => {
    const first = await signIn(stack.url, 'vera', PASSWORD);
    const response = await trySignIn(stack.url, 'vera', PASSWORD, { cookie: first });
    const second = response.headers.getSetCookie()[0]?.split(';', 1)[0];
    expect(second).toMatch(/^drivewatch-session=./);
    expect(second).not.toBe(first);
    expect(await sessionState(stack.url, first)).toMatchObject({ user: null });
  });

  it('gives the same answer for an unknown name as for a wrong password', async () => {
    const attempt = async (name: string): Promise<unknown[]> => {
      const response = await trySignIn(stack.url, name, 'a wrong password', from(name));
      return [response.status, (await response.json()) as unknown];
    };
    const wrong = await attempt('vera');
    expect(wrong[1]).toMatchObject({ code: 'SIGN_IN_FAILED', detail: 'The name or the password is wrong' });
    expect(await attempt('nobody')).toEqual(wrong);
  });

  it('makes guessers wait after five failures for a name at one place', async () => {
    const guess = (name: string, address: string, password = 'a wrong password') =>
      trySignIn(stack.url, name, password, { 'X-Forwarded-For': address });
    const all = await Promise.all(
      Array.from({ length: 8 }, async () => (await guess('vera', '10.7.0.1')).status),
    );
    expect(all.sort()).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    const limited = await guess('vera', '10.7.0.1', PASSWORD);
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(600);
    expect(await limited.json()).toMatchObject({ code: 'RATE_LIMITED' });
    // Neither the same person elsewhere nor the next person at the same place has to wait.
    expect((await guess('vera', '10.7.0.2', PASSWORD)).status).toBe(204);
    expect((await guess('somebody', '10.7.0.1')).status).toBe(401);
  });

  it.each([
    ['{"name":"vera"}', /"password" is wrong/],
    ['{"name":{"$ne":""},"password":"x"}', /"name" is wrong/],
    ['{"name":"vera","password":"x","role":"admin"}', /role/],
    ['[]', /The body is wrong/],
    ['{', /JSON/],
  ])('refuses to sign in with %s', async (body, detail) => {
    const response = await fetch(`${stack.url}/api/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    });
    expect(response.status).toBe(400);
    expect(((await response.json()) as Problem).detail).toMatch(detail);
  });

  describe.each(['websocket', 'polling'] as const)('its socket by %s', (transport) => {
    const open = (headers: Record<string, string>, url = stack.url) => openSocket(url, headers, transport);

    it('opens for signed-in users and for nobody else', async () => {
      const cookie = await signIn(stack.url, 'vera', PASSWORD);
      const { socket, outcome } = await open({ cookie });
      expect(outcome).toBe('connected');
      socket.close();
      expect((await open({})).outcome).toBe('401');
      expect((await open({ cookie: `${cookie}x` })).outcome).toBe('401');
      expect((await open({ cookie: 'drivewatch-session=s.s' })).outcome).toBe('401');
    });

    it('does not open for a page of another origin, even with the cookie of a signed-in user', async () => {
      const cookie = await signIn(stack.url, 'vera', PASSWORD);
      const outcomeFrom = async (origin: string) => {
        const { socket, outcome } = await open({ cookie, origin });
        socket.close();
        return outcome;
      };
      const own = new URL(stack.url);
      expect(await outcomeFrom(own.origin)).toBe('connected');
      expect(await outcomeFrom('https://fleet.example')).toBe('connected');
      for (const evil of [
        'https://evil.example',
        'null',
        `http://127.0.0.1:${Number(own.port) + 1}`,
        `http://${own.host}.evil.example`,
        'https://fleet.example.evil.example',
        'https://sub.fleet.example',
      ])
        expect([evil, await outcomeFrom(evil)]).toEqual([evil, '403']);
    });
  });

  it('closes the sockets of a user who is removed or gets another role, on every instance', async () => {
    for (const [name, end] of [
      ['removed', () => stack.access.users.remove('removed')],
      ['changed', () => stack.access.users.change('changed', { role: 'admin' })],
    ] as const) {
      const cookie = await signIn(stack.url, name, PASSWORD);
      const sockets = await Promise.all(
        [stack.url, further.url].map((url) => eventually(() => connected(url, cookie))),
      );
      await end();
      await eventually(() => {
        for (const socket of sockets) expect(socket.connected).toBe(false);
      });
      for (const url of [stack.url, further.url]) {
        expect(await sessionState(url, cookie)).toMatchObject({ user: null });
        expect((await openSocket(url, { cookie })).outcome).toBe('401');
      }
    }
  });

  it('closes the sockets of a session that signs out, on every instance', async () => {
    const [cookie, other] = [
      await signIn(stack.url, 'vera', PASSWORD),
      await signIn(stack.url, 'vera', PASSWORD),
    ];
    const sockets = await Promise.all([connected(stack.url, cookie), connected(further.url, cookie)]);
    const stays = await connected(stack.url, other);
    await fetch(`${stack.url}/api/session`, { method: 'DELETE', headers: { cookie } });
    await eventually(() => {
      for (const socket of sockets) expect(socket.connected).toBe(false);
    });
    expect(stays.connected).toBe(true);
    stays.close();
  });

  it('answers 503 while sessions cannot be read, and goes on with them afterwards', async () => {
    const cookie = await signIn(stack.url, 'vera', PASSWORD);
    await stack.crashRedis();
    const response = await fetch(`${stack.url}/api/session`, { headers: { cookie } });
    expect([response.status, ((await response.json()) as Problem).code]).toEqual([503, 'ACCESS_UNAVAILABLE']);
    expect((await openSocket(stack.url, { cookie })).outcome).toBe('503');
    await stack.startRedis();
    await eventually(async () => {
      expect(await sessionState(stack.url, cookie)).toMatchObject({ user: { name: 'Vera' } });
    });
  });

  it('accepts no sign-in over plain http if cookies are for https, unless a trusted proxy uses https', async () => {
    const secure = await stack.startFurtherApi({ COOKIE_SECURE: 'on' });
    try {
      const plain = await trySignIn(secure.url, 'vera', PASSWORD);
      expect([plain.status, ((await plain.json()) as Problem).code]).toEqual([
        400,
        'SECURE_CONNECTION_REQUIRED',
      ]);
      const proxied = await trySignIn(secure.url, 'vera', PASSWORD, { 'X-Forwarded-Proto': 'https' });
      expect(proxied.status).toBe(204);
      expect(proxied.headers.getSetCookie()[0]).toMatch(/^__Host-drivewatch-session=.*; Secure/);
    } finally {
      await secure.process.stop();
    }
  });

  it('writes no password, cookie or hash to its log', async () => {
    const cookie = await signIn(stack.url, 'vera', PASSWORD);
    await trySignIn(stack.url, 'vera', `${PASSWORD}!`, from('log'));
    for (const secret of [PASSWORD, cookie, 'argon2']) expect(stack.api().output).not.toContain(secret);
  });
});

/** Returns the headers of somebody at a place of their own. */
const from = (name: string) => ({ 'X-Forwarded-For': `10.6.${name.length}.${name.charCodeAt(0) % 256}` });

async function connected(url: string, cookie: string) {
  const { socket, outcome } = await openSocket(url, { cookie });
  expect(outcome).toBe('connected');
  return socket;
}
