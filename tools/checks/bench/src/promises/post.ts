import { aWireRecord } from '@drivewatch/contracts/samples';

/** Posts one record and returns the status of the answer. */
export async function postStatus(
  url: string,
  fields: Parameters<typeof aWireRecord>[0],
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  const response = await fetch(`${url}/addData`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(aWireRecord(fields)),
  });
  await response.body?.cancel();
  return response.status;
}
