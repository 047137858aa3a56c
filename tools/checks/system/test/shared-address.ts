import type { Stack } from '@drivewatch/testing';
import { openSocket, sessionState, signIn } from './dashboard-session';
import { suiteStack } from './suite-stack';

const NAME = 'sam';
const PASSWORD = 'correct horse battery';
const METRICS_TOKEN = 'a token of the tests';
/** This allows ten requests of one address, or of one session, in ten seconds. */
const FEW = '1';
const from = (address: string) => ({ 'X-Forwarded-For': address });

describe('people who share an address with somebody who asks too much', () => {
  let api: Awaited<ReturnType<Stack['startFurtherApi']>>;
  beforeAll(async () => {
    const stack = await suiteStack();
    await stack.access.addUser({ name: NAME, role: 'viewer', password: PASSWORD });
    api = await stack.startFurtherApi({ RATE_LIMIT_ADDRESS: FEW, METRICS_TOKEN });
  });
  afterAll(() => api.process.stop());

  /** Sends requests until the address has nothing left. */
  const useUp = async (address: string, path: string, headers: Record<string, string> = {}) => {
    for (let request = 0; ; request += 1) {
      const { status } = await fetch(api.url + path, { headers: { ...from(address), ...headers } });
      if (status === 429) return;
      expect(request).toBeLessThan(1_000);
    }
  };

  it.each([
    ['files that everybody may see', '/', '10.9.0.1'],
    ['what only admins may see', '/admin/queues', '10.9.0.2'],
    ['what only devices may use', '/addData', '10.9.0.3'],
    ['metrics', '/metrics', '10.9.0.4'],
  ])('go on while an address is used up by asking for %s', async (_, path, address) => {
    const cookie = await signIn(api.url, NAME, PASSWORD, from(address));
    await useUp(address, path);
    const asUser = { ...from(address), cookie };
    expect((await openSocket(api.url, from(address))).outcome).toBe('429');
    for (const transport of ['websocket', 'polling'] as const) {
      const { socket, outcome } = await openSocket(api.url, asUser, transport);
      expect([transport, outcome]).toEqual([transport, 'connected']);
      socket.close();
    }
    expect((await fetch(`${api.url}/`, { headers: asUser })).status).toBe(200);
    expect((await fetch(`${api.url}/api/session`, { headers: asUser })).status).toBe(200);
    // The answer says that the user is no admin, not that there were too many requests.
    expect((await fetch(`${api.url}/admin/queues`, { headers: asUser })).status).toBe(403);
    const metrics = { ...from(address), Authorization: `Bearer ${METRICS_TOKEN}` };
    expect((await fetch(`${api.url}/metrics`, { headers: metrics })).status).toBe(200);
  });

  it('are counted by the client that a trusted proxy names, at the socket as anywhere else', async () => {
    await useUp('10.9.1.1', '/');
    expect((await openSocket(api.url, from('10.9.1.1'))).outcome).toBe('429');
    expect((await openSocket(api.url, from('10.9.1.2'))).outcome).toBe('401');
    expect((await openSocket(api.url)).outcome).toBe('401');
  });

  it('have a limit of their own, wherever they are', async () => {
    const cookie = await signIn(api.url, NAME, PASSWORD, from('10.9.2.1'));
    await useUp('10.9.2.1', '/admin/queues', { cookie });
    const elsewhere = await fetch(`${api.url}/admin/queues`, { headers: { ...from('10.9.2.2'), cookie } });
    expect(elsewhere.status).toBe(429);
    expect(await sessionState(api.url)).toMatchObject({ authentication: 'on' });
  });
});
