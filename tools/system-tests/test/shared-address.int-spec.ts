import { type Stack, startStack } from '@drivewatch/test-stack';
import { openSocket, sessionState, signIn } from './dashboard-session';

const PASSWORD = 'correct horse battery';
const METRICS_TOKEN = 'a token of the tests';
/** Ten requests of one address, or of one session, in ten seconds. */
const FEW = '1';
const from = (address: string) => ({ 'X-Forwarded-For': address });

describe('people who share an address with somebody who asks too much', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({
      consumers: 0,
      access: { users: [{ name: 'vera', role: 'viewer', password: PASSWORD }] },
      apiEnv: { TRUST_PROXY: '127.0.0.1', RATE_LIMIT_ADDRESS: FEW, METRICS_TOKEN },
    });
  });
  afterAll(() => stack.stop());

  /** Until the address has nothing left. */
  const useUp = async (address: string, path: string, headers: Record<string, string> = {}) => {
    for (let request = 0; ; request += 1) {
      const { status } = await fetch(stack.url + path, { headers: { ...from(address), ...headers } });
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
    const cookie = await signIn(stack.url, 'vera', PASSWORD, from(address));
    await useUp(address, path);
    const asVera = { ...from(address), cookie };
    expect((await openSocket(stack.url, from(address))).outcome).toBe('429');
    for (const transport of ['websocket', 'polling'] as const) {
      const { socket, outcome } = await openSocket(stack.url, asVera, transport);
      expect([transport, outcome]).toEqual([transport, 'connected']);
      socket.close();
    }
    expect((await fetch(`${stack.url}/`, { headers: asVera })).status).toBe(200);
    expect((await fetch(`${stack.url}/api/session`, { headers: asVera })).status).toBe(200);
    // Vera is no admin, which is said and not that too much was asked.
    expect((await fetch(`${stack.url}/admin/queues`, { headers: asVera })).status).toBe(403);
    const metrics = { ...from(address), Authorization: `Bearer ${METRICS_TOKEN}` };
    expect((await fetch(`${stack.url}/metrics`, { headers: metrics })).status).toBe(200);
  });

  it('are counted by the client that a trusted proxy names, at the socket as anywhere else', async () => {
    await useUp('10.9.1.1', '/');
    expect((await openSocket(stack.url, from('10.9.1.1'))).outcome).toBe('429');
    expect((await openSocket(stack.url, from('10.9.1.2'))).outcome).toBe('401');
    expect((await openSocket(stack.url)).outcome).toBe('401');
  });

  it('have a limit of their own, wherever they are', async () => {
    const cookie = await signIn(stack.url, 'vera', PASSWORD, from('10.9.2.1'));
    await useUp('10.9.2.1', '/admin/queues', { cookie });
    const elsewhere = await fetch(`${stack.url}/admin/queues`, { headers: { ...from('10.9.2.2'), cookie } });
    expect(elsewhere.status).toBe(429);
    expect(await sessionState(stack.url)).toMatchObject({ authentication: 'on' });
  });
});
