import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { REPLAY_HEADER, type WireRecord } from '@drivewatch/contracts';
import type { Sent } from './record-bodies';

/** Headers of a request whose records are of a day in the past and raise their alerts all the same. */
export const REPLAY = { [REPLAY_HEADER]: '1' };

/** Reached only by an API that hangs. */
const ANSWER_LIMIT_MS = 120_000;
/** A device that has been refused this often would never be let in. */
const ATTEMPTS = 100;

/** Posts one record, once. Rejects when there is no answer. */
export function postRecord(
  url: string,
  record: WireRecord,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${url}/addData`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(record),
    signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
  });
}

/**
 * Repeats a request that was answered 503, if the answer says to, as devices do: on a busy machine Redis may take
 * longer than the API waits for it.
 */
export async function patiently(post: () => Promise<Response>): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await post();
    if (response.status !== 503 || attempt === ATTEMPTS) return response;
    await response.body?.cancel();
    await wait(Number(response.headers.get('retry-after') ?? 1) * 1_000);
  }
}

/**
 * Posts as a device that retries when told to, under an id that has the record stored once nevertheless.
 *
 * @returns the id
 * @throws unless the record was accepted
 */
export async function acceptedId(
  url: string,
  record: Sent,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const sent = { recordId: randomUUID(), ...record };
  const response = await patiently(() => postRecord(url, sent, headers));
  const body = (await response.json()) as { ids?: string[] };
  const id = body.ids?.[0];
  if (response.status !== 202 || id === undefined)
    throw new Error(`${response.status} ${JSON.stringify(body)}`);
  return id;
}
