import { REPLAY_HEADER, type WireRecord } from '@drivewatch/contracts';

/** Headers of a request whose records are of a day in the past and raise their alerts all the same. */
export const REPLAY = { [REPLAY_HEADER]: '1' };

/** Posts one record as a device does. Rejects when there is no answer within five seconds. */
export function postRecord(
  url: string,
  record: WireRecord,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${url}/addData`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(record),
    signal: AbortSignal.timeout(5_000),
  });
}

/** Posts and returns the id. @throws unless the record was accepted */
export async function acceptedId(
  url: string,
  record: WireRecord,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const response = await postRecord(url, record, headers);
  const body = (await response.json()) as { ids?: string[] };
  const id = body.ids?.[0];
  if (response.status !== 202 || id === undefined)
    throw new Error(`${response.status} ${JSON.stringify(body)}`);
  return id;
}
