import { PROBLEM_MEDIA_TYPE, type ProblemCode } from '@drivewatch/contracts';
import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { REQUEST_ID_HEADER } from './request-id';
import { toProblem } from './to-problem';

/** Errors become answers here: problem+json (RFC 9457), never a stack trace. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

/** Codes of what an operator has to look at. */
const TROUBLES: readonly ProblemCode[] = ['INTERNAL_ERROR', 'BUCKET_UNAVAILABLE'];

const logger = new Logger(ProblemFilter.name);

/** Answers a request that failed; for what fails before NestJS sees it, too. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  // Not before all has been read that came with the head: the connection stays where the body is complete with it.
  if (request.raw.complete) answerWith(error, request, reply);
  else setImmediate(answerWith, error, request, reply);
}

function answerWith(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  if (reply.sent) return;
  const { code, problem, headers, cause } = toProblem(error);
  // The route, not the address that was asked for: that may hold what belongs in no log.
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
