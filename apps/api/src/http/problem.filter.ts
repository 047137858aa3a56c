import { type Problem, PROBLEM_MEDIA_TYPE, type ProblemCode } from '@drivewatch/contracts';
import { ObjectStoreError } from '@drivewatch/object-store';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  InterruptedBatchError,
  InvalidRecordError,
  QueueUnavailableError,
} from '../ingestion/ingestion-errors';
import { ProblemError } from './problem-error';
import { NotReadyError } from '../health/not-ready-error';
import { REQUEST_ID_HEADER } from './request-id';
import { AccessError } from '../access/access-error';

/** Long enough for Redis to have failed over or restarted in the usual case, short enough to keep devices current. */
const RETRY_AFTER_SECONDS = 1;

/** What Fastify's own errors mean to a device; the code is Fastify's. */
const FASTIFY_PROBLEMS: Record<string, Omit<Problem, 'type'> | undefined> = {
  FST_ERR_CTP_INVALID_JSON_BODY: malformed('The body is not JSON; send a JSON object'),
  FST_ERR_CTP_EMPTY_JSON_BODY: malformed('The body is empty; send a JSON object'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: malformed('The body is not as long as Content-Length says'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    title: 'Unsupported media type',
    code: 'UNSUPPORTED_MEDIA_TYPE',
    detail: 'The body has the wrong Content-Type; allowed: application/json',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    title: 'Body too large',
    code: 'BODY_TOO_LARGE',
    detail: 'The body is too large; allowed: at most 64 KiB',
  },
};

function malformed(detail: string): Omit<Problem, 'type'> {
  return { status: 400, title: 'Malformed JSON', code: 'MALFORMED_JSON', detail };
}

/** Errors become answers here: problem+json (RFC 9457), never a stack trace. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

const logger = new Logger(ProblemFilter.name);

/** Answers a request that failed; for what fails before NestJS sees it, too. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  // Not before all has been read that came with the head: the connection stays where the body is complete with it.
  if (request.raw.complete) answerWith(error, request, reply);
  else setImmediate(answerWith, error, request, reply);
}

function answerWith(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  if (reply.sent) return;
  const problem = describe(error);
  // The route, not the address that was asked for: that may hold what belongs in no log.
  const line = {
    message: `${request.method} ${request.routeOptions.url ?? ''} ${problem.status} ${problem.code}`,
    requestId: request.id,
  };
  if (problem.code === 'INTERNAL_ERROR' || problem.code === 'BUCKET_UNAVAILABLE')
    logger.error({ ...line, error });
  else logger.debug(line);
  void reply.header(REQUEST_ID_HEADER, request.id);
  const retryAfter = retryAfterSeconds(error) ?? (problem.status === 503 ? RETRY_AFTER_SECONDS : undefined);
  if (retryAfter !== undefined) void reply.header('Retry-After', retryAfter);
  // The rest of such a body is not waited for.
  if (error instanceof AccessError) void reply.headers(error.headers);
  if (problem.code === 'REQUEST_TIMEOUT' || problem.code === 'SHUTTING_DOWN')
    void reply.header('Connection', 'close');
  void reply
    .status(problem.status)
    .header('Content-Type', PROBLEM_MEDIA_TYPE)
    .send(JSON.stringify({ type: 'about:blank', ...problem } satisfies Problem));
}

function retryAfterSeconds(error: unknown): number | undefined {
  const cause = error instanceof InterruptedBatchError ? error.cause : error;
  return cause instanceof ProblemError ? cause.retryAfterSeconds : undefined;
}

/** The code that an error is answered with. */
export const problemCodeOf = (error: unknown): ProblemCode => describe(error).code;

function describe(error: unknown): Omit<Problem, 'type'> {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof InterruptedBatchError) return { ...describe(error.cause), ...error.progress };
  if (error instanceof InvalidRecordError) {
    const { message, errors } = error;
    return { status: 400, title: 'Invalid record', code: 'INVALID_RECORD', detail: message, errors };
  }
  if (error instanceof QueueUnavailableError) {
    const detail = 'The record was not accepted because the queue is away; send it again after Retry-After';
    return { status: 503, title: 'Queue unavailable', code: 'QUEUE_UNAVAILABLE', detail };
  }
  if (error instanceof NotReadyError) {
    const { message, checks } = error;
    return { status: 503, title: 'Not ready', code: 'NOT_READY', detail: message, checks };
  }
  if (error instanceof ObjectStoreError) {
    const detail = 'The file cannot be read now; ask again after Retry-After';
    return { status: 503, title: 'Bucket unavailable', code: 'BUCKET_UNAVAILABLE', detail };
  }
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  const known = FASTIFY_PROBLEMS[code ?? ''];
  if (known !== undefined) return known;
  const status = error instanceof HttpException ? error.getStatus() : (statusCode ?? 500);
  if (status >= 500) {
    const detail = 'Something went wrong on the server; the record was not accepted';
    return { status: 500, title: 'Internal error', code: 'INTERNAL_ERROR', detail };
  }
  const detail = error instanceof Error ? error.message : 'The request cannot be answered';
  return { status, detail, ...nameOf(status) };
}

function nameOf(status: number): { title: string; code: ProblemCode } {
  if (status === 404) return { title: 'Not found', code: 'NOT_FOUND' };
  if (status === 405) return { title: 'Method not allowed', code: 'METHOD_NOT_ALLOWED' };
  if (status === 416) return { title: 'Range not satisfiable', code: 'RANGE_NOT_SATISFIABLE' };
  return { title: 'Bad request', code: 'BAD_REQUEST' };
}
