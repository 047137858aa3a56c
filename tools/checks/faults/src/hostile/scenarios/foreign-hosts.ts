import { request } from 'node:http';
import pMap from 'p-map';
import { require } from '../../scenarios/watch';
import { sized } from '../hostile-scenario';

const PATHS = ['/', '/addData', '/api/session', '/metrics', '/socket.io/?EIO=4&transport=polling'];
/** The answer to requests for a host that the API does not answer for. */
const MISDIRECTED = 421;

/** A page that has made its own name point at this machine's address can read nothing here. */
const SIZES = { full: { requests: 300, atOnce: 50 }, short: { requests: 60, atOnce: 10 } };

export const foreignHosts = sized(SIZES, ({ requests, atOnce }) => ({
  name: 'foreign-hosts',
  what: `${requests} requests that name a foreign host, on every kind of route`,
  act: async ({ stack, random, note }) => {
    const statuses = new Map<number, number>();
    const paths = Array.from({ length: requests }, () => random.pick(['/', ...PATHS]));
    const ask = async (path: string): Promise<void> => {
      const status = await statusOf(`${stack.url}${path}`);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    };
    await pMap(paths, ask, { concurrency: atOnce });
    note([...statuses].map(([status, count]) => `${status} ×${count}`).join(', '));
    require(statuses.get(MISDIRECTED) === requests, `each to be answered ${MISDIRECTED}`);
  },
}));

/** Requests a URL under a foreign host name, which `fetch` does not allow. */
function statusOf(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host: 'rebound.example' }, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .once('error', reject)
      .end();
  });
}
