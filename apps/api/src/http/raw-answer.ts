import { STATUS_CODES } from 'node:http';
import { PROBLEM_MEDIA_TYPE } from '@drivewatch/contracts';
import type { ProblemError } from './problem-error';
import { DEVICE_HEADERS } from './security-headers';

/**
 * Returns the bytes of an answer on a connection from which no request can be read, or which is not accepted; it is the
 * last one there.
 */
export function problemAnswer({ problem, headers }: ProblemError): string {
  const body = JSON.stringify(problem);
  const fields = {
    'Content-Type': PROBLEM_MEDIA_TYPE,
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
    ...DEVICE_HEADERS,
    ...headers,
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  const first = `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`;
  return `${[first, ...lines].join('\r\n')}\r\n\r\n${body}`;
}
