import type { ProblemCode } from '@drivewatch/contracts';
import { ProblemError } from './problem-error';

/** Maps the codes of Fastify's own errors to what they mean to a device. */
const FASTIFY_PROBLEMS: Readonly<Record<string, readonly [ProblemCode, string] | undefined>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: ['MALFORMED_JSON', 'The body is not JSON; send a JSON object'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['MALFORMED_JSON', 'The body is empty; send a JSON object'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['MALFORMED_JSON', 'The body is not as long as Content-Length says'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'UNSUPPORTED_MEDIA_TYPE',
    'The body has the wrong Content-Type; allowed: application/json',
  ],
  FST_ERR_CTP_BODY_TOO_LARGE: ['BODY_TOO_LARGE', 'The body is too large; allowed: at most 64 KiB'],
};

/** Maps the statuses that the frameworks decide on to problem codes. */
const CODES_BY_STATUS: Readonly<Record<number, ProblemCode | undefined>> = {
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  416: 'RANGE_NOT_SATISFIABLE',
};

/** The parts of Fastify's and NestJS's errors that are needed to answer them. */
interface ForeignError {
  readonly code?: string;
  readonly statusCode?: number;
  readonly getStatus?: () => number;
}

/** Turns any error into the problem that answers it. */
export function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const { code = '', statusCode = 500, getStatus } = Object(error) as ForeignError;
  const known = FASTIFY_PROBLEMS[code];
  if (known !== undefined) return new ProblemError(...known, { cause: error });
  const status = getStatus?.call(error) ?? statusCode;
  if (status >= 500) {
    const detail = 'Something went wrong on the server; the record was not accepted';
    return new ProblemError('INTERNAL_ERROR', detail, { cause: error });
  }
  const detail = error instanceof Error ? error.message : 'The request cannot be answered';
  return new ProblemError(CODES_BY_STATUS[status] ?? 'BAD_REQUEST', detail, { status, cause: error });
}
