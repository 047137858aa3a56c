import type { ProblemCode } from '@drivewatch/contracts';
import { ProblemError } from './problem-error';

/** What Fastify's own errors mean to a device; the code is Fastify's. */
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

/** What statuses mean that the frameworks decide on. */
const CODES_BY_STATUS: Readonly<Record<number, ProblemCode | undefined>> = {
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  416: 'RANGE_NOT_SATISFIABLE',
};

/** As much of the errors of Fastify and NestJS as is needed to answer them. */
interface ForeignError {
  readonly code?: string;
  readonly statusCode?: number;
  readonly getStatus?: () => number;
}

/** How an error is answered, wherever it comes from. */
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
