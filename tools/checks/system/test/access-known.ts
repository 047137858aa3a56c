import { eventually, type Stack } from '@drivewatch/testing';
import { postRecord } from './post-record';

/**
 * Waits until the API knows the users and keys that were added before: it reads both at the same time, every few
 * seconds. Failed sign-ins would show that as well, but they count.
 *
 * @returns the key that was added for this
 */
export async function accessIsKnown(stack: Stack): Promise<string> {
  const { key } = await stack.access.addKey();
  const headers = { Authorization: `Bearer ${key}` };
  await eventually(async () => expect((await postRecord(stack.url, {}, headers)).status).toBe(400));
  return key;
}
