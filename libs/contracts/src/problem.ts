import type { FieldError } from './wire-record';

/** Stable codes of every error a client can see; docs/errors.md explains each. */
export const PROBLEM_CODES = [
  'INVALID_RECORD',
  'MALFORMED_JSON',
  'UNSUPPORTED_MEDIA_TYPE',
  'BODY_TOO_LARGE',
  'METHOD_NOT_ALLOWED',
  'NOT_FOUND',
  'BAD_REQUEST',
  'RANGE_NOT_SATISFIABLE',
  'QUEUE_UNAVAILABLE',
  'BUCKET_UNAVAILABLE',
  'INTERNAL_ERROR',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Body of every error answer (RFC 9457). */
export interface Problem {
  type: 'about:blank';
  title: string;
  status: number;
  code: ProblemCode;
  detail: string;
  /** Only with `INVALID_RECORD`: every wrong field. */
  errors?: FieldError[];
}
/** Answer of `POST /addData`: queued durably, not yet stored. */
export interface AcceptedAnswer {
  accepted: number;
  /** Ids of the accepted records, in the order of the request. */
  ids: string[];
}
