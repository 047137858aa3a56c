import { PROBLEM_MEDIA_TYPE, type ProblemCode } from '@drivewatch/contracts';
import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { REQUEST_ID_HEADER } from './request-id';
import { toProblem } from './to-problem';

/** Turns errors into answers: problem+json (RFC 9457), never a stack trace. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

/** Codes that an operator has to look into. */
const TROUBLES: readonly ProblemCode[] = ['INTERNAL_ERROR', 'BUCKET_UNAVAILABLE'];

const logger = new Logger(ProblemFilter.name);

/** Answers a request that failed, even one that failed before NestJS saw it. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  // Everything that came with the head is read first: if the body is complete with it, the connection stays open.
  if (request.raw.complete) answerWith(error, request, reply);
  else setImmediate(answerWith, error, request, reply);
}

function answerWith(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  if (reply.sent) return;
  const { code, problem, headers, cause } = toProblem(error);
  // The log has the route, not the requested address, which may contain things that belong in no log.
  const line = {
    message: `${request.method} ${request.routeOptions.url ?? ''} ${problem.status} ${code}`,
    requestId: request.id,
  };
  if (TROUBLES.includes(code)) logger.error({ ...line, error: cause ?? error });
  else logger.debug(line);
  void reply
    .status(problem.status)
    .header(REQUEST_ID_HEADER, request.id)
    .headers(headers)
    .header('Content-Type', PROBLEM_MEDIA_TYPE)
    .send(JSON.stringify(problem));
}
