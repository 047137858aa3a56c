import { eventually } from '@drivewatch/testing';
import { require } from '../../scenarios/watch';
import { sized } from '../hostile-scenario';

/**
 * A few requests are a flood if only fifty in ten seconds are allowed; at the short size other requests count as well.
 */
const SIZES = {
  full: { atOnce: 20, perSecond: 5, looks: 8 },
  short: { atOnce: 10, perSecond: 20, looks: 4 },
};
const OFFICE = '198.51.100.7';
const ELSEWHERE = '203.0.113.9';
const HANDSHAKE = '/socket.io/?EIO=4&transport=polling';
const PATHS = [HANDSHAKE, '/', '/admin/queues', '/addData'];

/** All clients come through one proxy, which says who they are. */
export const lockedOutByProxy = sized(SIZES, ({ atOnce, perSecond, looks }) => ({
  name: 'locked-out-by-proxy',
  what: 'a flood of requests on every kind of route, by the proxy by which all come, from the office too',
  apiEnv: { TRUST_PROXY: '127.0.0.1', RATE_LIMIT_ADDRESS: String(perSecond) },
  act: async ({ stack, signIn, note }) => {
    const cookie = await signIn('viewer', { from: OFFICE });
    const ask = async (path: string, from: string, headers: Record<string, string> = {}): Promise<number> => {
      const response = await fetch(stack.url + path, { headers: { 'X-Forwarded-For': from, ...headers } });
      await response.arrayBuffer();
      return response.status;
    };
    let [asked, limited, isOver] = [0, 0, false];
    const worker = async (): Promise<void> => {
      while (!isOver) {
        asked += 1;
        const path = PATHS[asked % PATHS.length] ?? HANDSHAKE;
        if ((await ask(path, Math.floor(asked / PATHS.length) % 2 === 0 ? OFFICE : ELSEWHERE)) === 429)
          limited += 1;
      }
    };
    const flood = Array.from({ length: atOnce }, worker);
    try {
      await eventually(() => {
        require(limited > 0, 'the flood to be held back');
      });
      // One session, too, can get no more than its share.
      for (let look = 0; look < looks; look += 1) {
        const nobody = await ask(HANDSHAKE, `192.0.2.${look}`);
        require(nobody === 401, `a client at another address to be asked to sign in, not ${nobody}`);
        for (const path of [HANDSHAKE, '/', '/api/session']) {
          const status = await ask(path, OFFICE, { cookie });
          require(status === 200, `who is signed in at the office to be answered ${path}, not ${status}`);
        }
      }
    } finally {
      isOver = true;
      await Promise.all(flood);
      note(`${limited} of ${asked} were answered 429`);
    }
    await signIn('viewer', { from: '192.0.2.78' });
  },
}));
