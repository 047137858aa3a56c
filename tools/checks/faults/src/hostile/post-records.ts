import type { AddDataAnswer, Problem } from '@drivewatch/contracts';
import { ADD_DATA_PATH } from '@drivewatch/device-client';

/** The API's answer about some records; members that an answer does not have are missing. */
export interface Posted {
  readonly status: number;
  readonly answer: Partial<AddDataAnswer & Problem>;
}

/** Posts records with the given key: one as a JSON object, several as NDJSON. */
export async function postRecords(
  url: string,
  key: string,
  records: object | readonly object[],
  headers: Readonly<Record<string, string>> = {},
): Promise<Posted> {
  const isSingle = !Array.isArray(records);
  const body = isSingle
    ? JSON.stringify(records)
    : (records as object[]).map((record) => `${JSON.stringify(record)}\n`).join('');
  const response = await fetch(`${url}${ADD_DATA_PATH}`, {
    method: 'POST',
    body,
    headers: {
      Authorization: `Bearer ${key}`,
      'Content-Type': isSingle ? 'application/json' : 'application/x-ndjson',
      ...headers,
    },
  });
  return { status: response.status, answer: (await response.json()) as Posted['answer'] };
}
