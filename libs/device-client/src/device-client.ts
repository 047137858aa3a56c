import { setTimeout as sleep } from 'node:timers/promises';
import type { WireRecord } from '@drivewatch/contracts';
import { Pool } from 'undici';
import type { PostResult } from './post-result';
import { RecordPoster, type PostAttempt, type RetryNotice } from './record-poster';

/** The path to which devices post their records. */
export const ADD_DATA_PATH = '/addData';

export interface DeviceClientOptions {
  /** The address of the server, such as `http://localhost:8080`; a path in it goes before `/addData`. */
  url: string;
  /** The largest number of connections held open; further posts wait for one. */
  connections: number;
  /** The longest time, per record, for which a server that cannot be reached is tried. */
  unreachableForMs: number;
  /** The longest wait for one answer before the connection is given up; 30 s by default. */
  answerTimeoutMs?: number;
  onRetry?: (notice: RetryNotice) => void;
  /** The device's key, sent as `Authorization: Bearer`; none by default. */
  key?: string | undefined;
  /** Further headers of every request, by name. */
  headers?: Readonly<Record<string, string>>;
}

export interface DeviceClient {
  /**
   * Posts one record and resolves with the server's final answer; it retries after 429, 502, 503, 504 and lost
   * connections.
   *
   * @throws ServerUnreachableError after `unreachableForMs` without any answer
   * @throws the signal's reason when aborted
   */
  post: (record: WireRecord, signal?: AbortSignal) => Promise<PostResult>;
  /** Cuts the connections, whether answered or not. */
  close: () => Promise<void>;
}

const ANSWER_TIMEOUT_MS = 30_000;

/**
 * Creates a client that posts to `/addData` over connections that it keeps open.
 *
 * @throws TypeError when `url` is no http or https address
 */
export function createDeviceClient(options: DeviceClientOptions): DeviceClient {
  const { origin, pathname, protocol } = new URL(options.url);
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new TypeError(`Not an http address: ${options.url}`);
  const { answerTimeoutMs = ANSWER_TIMEOUT_MS } = options;
  const pool = new Pool(origin, {
    connections: options.connections,
    // A second request on a connection would only wait behind the first, and be lost with it.
    pipelining: 1,
    headersTimeout: answerTimeoutMs,
    bodyTimeout: answerTimeoutMs,
  });
  const request = {
    path: `${pathname.replace(/\/$/, '')}${ADD_DATA_PATH}`,
    method: 'POST',
    headers: {
      ...options.headers,
      ...(options.key !== undefined && { authorization: `Bearer ${options.key}` }),
      'content-type': 'application/json',
    },
  } as const;
  const attempt: PostAttempt = async (body, signal) => {
    const answer = await pool.request({ ...request, body, signal: signal ?? null });
    const retryAfter = answer.headers['retry-after'];
    return {
      status: answer.statusCode,
      retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
      body: await answer.body.text(),
    };
  };
  const clock = {
    nowMs: () => Date.now(),
    sleep: (delayMs: number, signal?: AbortSignal) => sleep(delayMs, undefined, { signal }),
    random: () => Math.random(),
  };
  const poster = new RecordPoster(attempt, clock, options);
  return {
    post: (record, signal) => poster.post(record, signal),
    close: () => pool.destroy(),
  };
}
