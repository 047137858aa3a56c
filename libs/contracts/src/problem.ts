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
  'INVALID_IDEMPOTENCY_KEY',
  'MALFORMED_GZIP',
  'NESTED_TOO_DEEP',
  'DRIVER_NOT_ALLOWED',
  'REPLAY_NOT_ALLOWED',
  'REQUEST_TIMEOUT',
  'TOO_MANY_RECORDS',
  'OVERLOADED',
  'QUEUE_FULL',
  'NOT_READY',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'SIGN_IN_FAILED',
  'SECURE_CONNECTION_REQUIRED',
  'ACCESS_UNAVAILABLE',
  'SHUTTING_DOWN',
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
  /** Only where a request with several records failed midway: how many of them the queue has confirmed. */
  accepted?: number;
  /** With `accepted`: position of the first record that was not accepted; the rest may be sent again from there. */
  nextIndex?: number;
  /** Only where a request with several records was read to its end and none was accepted; as in {@link BatchAnswer}. */
  rejected?: Rejection[];
  rejectedCount?: number;
  /** Only with `NOT_READY`: every check with its `status` (`up`, `degraded` or `down`) and what there is to say. */
  checks?: Record<string, { status: string } & Record<string, unknown>>;
}

/** A record of a request with several that was not accepted; sending it again as it is does not help. */
export interface Rejection {
  /** Position among the records of the request, from 0; empty lines are no records. */
  index: number;
  code: ProblemCode;
  /** What is wrong; `field` is empty where it is the record as a whole. */
  errors: FieldError[];
}

/** Answer of `POST /addData` to a single record: queued durably, not yet stored. */
export interface AcceptedAnswer {
  accepted: number;
  /** Ids of the accepted records, in the order of the request. */
  ids: string[];
}

/** Most rejections that an answer lists, and most records of a request whose ids it tells. */
export const MAX_LISTED_RECORDS = 1_000;

/** Answer of `POST /addData` to an array, NDJSON or CSV of which at least one record was accepted. */
export interface BatchAnswer {
  accepted: number;
  /** The first {@link MAX_LISTED_RECORDS} in the order of the request; empty when all were accepted. */
  rejected: Rejection[];
  /** All of them. */
  rejectedCount: number;
  /** Of the accepted records in order; only where the request had at most {@link MAX_LISTED_RECORDS}. */
  ids?: string[];
}
