import type { Socket } from 'node:net';
import type { Problem } from '@drivewatch/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './problem.filter';
import { problemAnswer } from './raw-answer';
import { DEVICE_HEADERS } from './security-headers';

/** What Node says of a connection on which it could not read a request. */
type ClientError = Error & { code?: string };

/** Answers a request whose address cannot be read; no hook runs for it. */
export function refuseUnreadableAddress(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers(DEVICE_HEADERS);
  sendProblem(error, request, reply);
}

/** Answers what is no HTTP request, or does not become one in time, and ends its connection. */
export function refuseUnreadableRequest(error: ClientError, socket: Socket): void {
  // There is nobody left to be told.
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) socket.write(problemAnswer(problemOf(error)));
  socket.destroySoon();
}

function problemOf({ code }: ClientError): Problem {
  const type = 'about:blank';
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    const detail = 'The headers of the request did not arrive in time';
    return { type, status: 408, title: 'Request timeout', code: 'REQUEST_TIMEOUT', detail };
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    const detail = 'The headers of the request are too long; allowed: 16 KiB in all';
    return { type, status: 431, title: 'Headers too large', code: 'BAD_REQUEST', detail };
  }
  const detail = 'This is no HTTP request';
  return { type, status: 400, title: 'Bad request', code: 'BAD_REQUEST', detail };
}
