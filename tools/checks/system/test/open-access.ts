import { AUTH_ENV, type Stack } from '@drivewatch/testing';
import { openSocket, sessionState, trySignIn } from './dashboard-session';
import { suiteStack } from './suite-stack';

const PASSWORD = 'correct horse battery';
/** Resets the settings by which the suite's own API asks who is there, so that a further API has the defaults. */
const OPEN = { AUTH: '', SESSION_SECRET: '' };

describe('the dashboard of a Drivewatch that is open', () => {
  let open: Awaited<ReturnType<Stack['startFurtherApi']>>;
  beforeAll(async () => {
    open = await (await suiteStack()).startFurtherApi(OPEN);
  });
  afterAll(() => open.process.stop());

  it('says so, and opens its socket for its own pages and for programs', async () => {
    expect(await sessionState(open.url)).toEqual({ authentication: 'off', user: null });
    expect((await trySignIn(open.url, 'vera', PASSWORD)).status).toBe(405);
    const browser: Record<string, string> = { origin: open.url };
    for (const headers of [{}, browser]) {
      const { socket, outcome } = await openSocket(open.url, headers);
      expect(outcome).toBe('connected');
      socket.close();
    }
  });

  it('does not open its socket for a page of another origin', async () => {
    for (const transport of ['websocket', 'polling'] as const)
      expect((await openSocket(open.url, { origin: 'https://evil.example' }, transport)).outcome).toBe('403');
  });
});

describe('an API that is open to other machines', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await suiteStack();
  });

  it('does not start without its secret, and says which', async () => {
    await expect(stack.startFurtherApi({ ...OPEN, HOST: '0.0.0.0' })).rejects.toThrow(
      /SESSION_SECRET: is required because authentication is on/,
    );
    await expect(stack.startFurtherApi({ ...OPEN, AUTH: 'on' })).rejects.toThrow(
      /SESSION_SECRET: is required/,
    );
  });

  it('warns at every start when AUTH=off lets everybody in', async () => {
    const open = await stack.startFurtherApi({ ...OPEN, HOST: '0.0.0.0', AUTH: 'off' });
    expect(open.process.output).toMatch(/AUTH=off on 0\.0\.0\.0: whoever reaches this address/);
    expect((await fetch(`${open.url}/addData`, { method: 'POST' })).status).not.toBe(401);
    await open.process.stop();
    expect(stack.api().output).not.toContain('AUTH=off');
  });

  it('asks for keys as soon as it listens on more than this machine', async () => {
    const closed = await stack.startFurtherApi({
      ...OPEN,
      HOST: '0.0.0.0',
      SESSION_SECRET: AUTH_ENV.SESSION_SECRET,
    });
    expect((await fetch(`${closed.url}/addData`, { method: 'POST' })).status).toBe(401);
    await closed.process.stop();
  });
});
