import { request } from 'node:http';
import { ADD_DATA_PATH } from '@drivewatch/device-client';
import { eventually } from '@drivewatch/testing';
import { require } from '../scenarios/watch';

/**
 * An address of this machine that scenarios do not use: requests with a key that is still unknown are counted there.
 */
const ASKED_FROM = '127.0.0.99';
const UNKNOWN = [401, 429];

/** Waits until the API, which reads new keys every few seconds, knows this one. */
export async function keyIsKnown(url: string, key: string): Promise<void> {
  await eventually(async () => {
    // The body is wrong, so that nothing is stored.
    const status = await statusOf(url, key, '{}');
    require(!UNKNOWN.includes(status), `the new key to be known, but it is answered ${status}`);
  });
}

function statusOf(url: string, key: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const options = { method: 'POST', headers, localAddress: ASKED_FROM, agent: false };
    request(`${url}${ADD_DATA_PATH}`, options, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .once('error', reject)
      .end(body);
  });
}
