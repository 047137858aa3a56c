import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from './problem-error';
import { sendProblem } from './problem.filter';
import { problemAnswer } from './raw-answer';
import { DEVICE_HEADERS } from './security-headers';

/** Node's error for a connection on which it could not read a request. */
type ClientError = Error & { code?: string };

/** Answers a request whose address cannot be parsed; no hook runs for it. */
export function refuseUnreadableAddress(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers(DEVICE_HEADERS);
  sendProblem(error, request, reply);
}

/** Answers something that is no HTTP request, or does not become one in time, and ends its connection. */
export function refuseUnreadableRequest(error: ClientError, socket: Socket): void {
  // Nobody is left to answer.
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) socket.write(problemAnswer(problemOf(error)));
  socket.destroySoon();
}

function problemOf({ code }: ClientError): ProblemError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new ProblemError('REQUEST_TIMEOUT', 'The headers of the request did not arrive in time');
  if (code === 'HPE_HEADER_OVERFLOW') {
    const detail = 'The headers of the request are too long; allowed: 16 KiB in all';
    return new ProblemError('BAD_REQUEST', detail, { status: 431 });
  }
  return new ProblemError('BAD_REQUEST', 'This is no HTTP request');
}
