import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, spawnGuarded } from '@drivewatch/local-services';
import { ensureTestEnvironment } from './test-environment';

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 5_000;
const POLL_MS = 50;

/** A running S3-protocol server with nothing in it. */
export interface S3Server {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  /** The credentials that a client's environment must hold; the server does not check them. */
  readonly credentials: Readonly<Record<'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY', string>>;
  /** Makes an empty bucket. */
  readonly createBucket: (name: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts moto's server, from PyPI, on a free port of loopback; it keeps everything in memory.
 *
 * Moto is used because it comes with one `pip install`, is maintained, and is what most Python projects test S3
 * against. It does multipart uploads, ranges and the conditions of PutObject (If-Match, If-None-Match). It does not
 * check signatures or permissions, and its answers are always consistent; so nothing here proves that a policy is
 * right.
 *
 * @throws Error when Python is missing or the server does not come up
 */
export async function startS3Server(): Promise<S3Server> {
  const { bin } = await ensureTestEnvironment();
  const port = await freePort();
  const server = await spawnGuarded({
    command: join(bin, 'moto_server'),
    args: ['--host', '127.0.0.1', '--port', String(port)],
    cwd: process.cwd(),
    env: {},
    output: ['ignore', 'pipe'],
    stopSignal: 'SIGTERM',
    stopLimitMs: STOP_LIMIT_MS,
  });
  const errors = server.stderr ? text(server.stderr) : Promise.resolve('');
  const endpoint = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + START_LIMIT_MS;
  while (!(await answers(endpoint))) {
    if (server.hasExited() || Date.now() > deadline) {
      await server.stop();
      throw new Error(`moto's server did not start:\n${(await errors).slice(-2000)}`);
    }
    await sleep(POLL_MS);
  }
  return {
    endpoint,
    credentials: { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    createBucket: async (name) => {
      const { ok, status } = await fetch(`${endpoint}/${name}`, { method: 'PUT' });
      if (!ok) throw new Error(`Cannot make the bucket ${name}: status ${status}`);
    },
    stop: () => server.stop(),
  };
}

async function answers(endpoint: string): Promise<boolean> {
  return fetch(endpoint).then(
    ({ ok }) => ok,
    () => false,
  );
}
