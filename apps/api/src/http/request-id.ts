import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * The header is on every error answer, and its value in the log line about it; a request may bring an id of its own.
 */
export const REQUEST_ID_HEADER = 'X-Request-Id';

/** The ids that a proxy or device may choose: nothing that could mislead readers of the log. */
const CHOSEN_ID = /^[\w.:-]{1,64}$/;

/** Random for each process, so that ids differ between instances and after a restart. */
const prefix = randomBytes(6).toString('base64url');
let count = 0;

/** @returns the id that the request brings in `X-Request-Id`, or else a new one; Fastify keeps it as `request.id` */
export function requestId({ headers }: { headers: IncomingHttpHeaders }): string {
  const chosen = headers['x-request-id'];
  if (typeof chosen === 'string' && CHOSEN_ID.test(chosen)) return chosen;
  count += 1;
  return `${prefix}-${count.toString(36)}`;
}
