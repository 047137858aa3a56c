import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { PROBLEM_MEDIA_TYPE } from '@drivewatch/contracts';
import type { ProblemError } from './problem-error';
import { REQUEST_ID_HEADER, requestId } from './request-id';
import { DEVICE_HEADERS } from './security-headers';

/** What an answer says of a problem. */
type Answer = Pick<ProblemError, 'problem' | 'headers'>;

/**
 * Returns the bytes of an answer on a connection from which no request can be read, or which is not accepted; it is the
 * last one there. Like Node's answers it has a `Date`, by which devices set their clocks.
 */
export function problemAnswer({ problem, headers }: Answer): string {
  const body = JSON.stringify(problem);
  const fields = {
    Date: new Date().toUTCString(),
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

/**
 * Writes the last answer on a connection, and closes it. Ending only this side would leave it open for as long as its
 * client likes.
 */
export function closeWithProblem(socket: Socket, answer: Answer): void {
  if (socket.writable) socket.write(problemAnswer(answer));
  socket.destroySoon();
}

/** Answers a request that Fastify does not hear of. */
export function answerWithProblem(
  { problem, headers }: Answer,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const body = JSON.stringify(problem);
  response.writeHead(problem.status, {
    ...DEVICE_HEADERS,
    'Content-Length': Buffer.byteLength(body),
    [REQUEST_ID_HEADER]: requestId(request),
    'Content-Type': PROBLEM_MEDIA_TYPE,
    ...headers,
  });
  response.end(body);
}
