import * as z from 'zod';
import { recordWarningSchema } from './record-warning';
import { fieldErrorSchema } from './wire-record';

/**
 * What of a request's records is kept when it is answered with an error:
 * - `nothing`: none of them.
 * - `counted`: as many as the answer's `accepted` says, all before `nextIndex`; none where the answer has no `accepted`.
 */
export type KeptRecords = 'nothing' | 'counted';

/**
 * When the records that are not kept may be sent again:
 * - `same`: unchanged, after `Retry-After` or a pause.
 * - `rest`: those from `nextIndex` on, in a request of their own, at once.
 * - `corrected`: not before the request has been corrected.
 * - `allowed`: unchanged, once the operator has allowed the key or the name.
 */
export type SendAgain = 'same' | 'rest' | 'corrected' | 'allowed';

/**
 * Every error that a client can see: its stable code, the status and title of its answer, what is kept and when to send
 * again. All errors that are thrown, the OpenAPI document, docs/devices.md and docs/errors.md, which explains each of
 * them, follow this table.
 */
export const PROBLEMS = {
  INVALID_RECORD: { status: 400, title: 'Invalid record', kept: 'nothing', again: 'corrected' },
  MALFORMED_JSON: { status: 400, title: 'Malformed JSON', kept: 'counted', again: 'corrected' },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'Unsupported media type',
    kept: 'nothing',
    again: 'corrected',
  },
  BODY_TOO_LARGE: { status: 413, title: 'Body too large', kept: 'counted', again: 'corrected' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'Method not allowed', kept: 'nothing', again: 'corrected' },
  NOT_FOUND: { status: 404, title: 'Not found', kept: 'nothing', again: 'corrected' },
  BAD_REQUEST: { status: 400, title: 'Bad request', kept: 'counted', again: 'corrected' },
  RANGE_NOT_SATISFIABLE: { status: 416, title: 'Range not satisfiable', kept: 'nothing', again: 'corrected' },
  QUEUE_UNAVAILABLE: { status: 503, title: 'Queue unavailable', kept: 'counted', again: 'same' },
  BUCKET_UNAVAILABLE: { status: 503, title: 'Bucket unavailable', kept: 'nothing', again: 'same' },
  INTERNAL_ERROR: { status: 500, title: 'Internal error', kept: 'counted', again: 'same' },
  INVALID_IDEMPOTENCY_KEY: {
    status: 400,
    title: 'Invalid idempotency key',
    kept: 'nothing',
    again: 'corrected',
  },
  MALFORMED_GZIP: { status: 400, title: 'Malformed gzip', kept: 'counted', again: 'corrected' },
  NESTED_TOO_DEEP: { status: 400, title: 'Nested too deep', kept: 'nothing', again: 'corrected' },
  DRIVER_NOT_ALLOWED: { status: 403, title: 'Driver not allowed', kept: 'nothing', again: 'allowed' },
  REPLAY_NOT_ALLOWED: { status: 403, title: 'Replay not allowed', kept: 'nothing', again: 'corrected' },
  BODY_CUT_OFF: { status: 408, title: 'Body cut off', kept: 'counted', again: 'same' },
  REQUEST_TIMEOUT: { status: 408, title: 'Request timeout', kept: 'counted', again: 'same' },
  TOO_MANY_RECORDS: { status: 422, title: 'Too many records', kept: 'counted', again: 'rest' },
  OVERLOADED: { status: 503, title: 'Overloaded', kept: 'counted', again: 'same' },
  QUEUE_FULL: { status: 503, title: 'Queue full', kept: 'counted', again: 'same' },
  SCHEMA_TOO_NEW: { status: 503, title: 'Schema too new', kept: 'counted', again: 'same' },
  NOT_READY: { status: 503, title: 'Not ready', kept: 'nothing', again: 'same' },
  UNAUTHORIZED: { status: 401, title: 'Unauthorized', kept: 'nothing', again: 'allowed' },
  FORBIDDEN: { status: 403, title: 'Forbidden', kept: 'nothing', again: 'allowed' },
  RATE_LIMITED: { status: 429, title: 'Too many requests', kept: 'counted', again: 'same' },
  SIGN_IN_FAILED: { status: 401, title: 'Sign-in failed', kept: 'nothing', again: 'corrected' },
  SECURE_CONNECTION_REQUIRED: {
    status: 400,
    title: 'Secure connection required',
    kept: 'nothing',
    again: 'corrected',
  },
  ACCESS_UNAVAILABLE: { status: 503, title: 'Access unavailable', kept: 'nothing', again: 'same' },
  SHUTTING_DOWN: { status: 503, title: 'Shutting down', kept: 'counted', again: 'same' },
  HOST_NOT_ALLOWED: { status: 421, title: 'Misdirected request', kept: 'nothing', again: 'allowed' },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: 'Idempotency key reused',
    kept: 'nothing',
    again: 'corrected',
  },
  RECORD_ID_REUSED: { status: 422, title: 'Record id reused', kept: 'nothing', again: 'corrected' },
  TOO_MANY_NEW_DRIVERS: { status: 429, title: 'Too many new drivers', kept: 'nothing', again: 'same' },
  TOO_MANY_REJECTED: { status: 422, title: 'Too many rejected', kept: 'counted', again: 'rest' },
  HEADERS_TOO_LARGE: { status: 431, title: 'Headers too large', kept: 'nothing', again: 'corrected' },
  EXPECTATION_FAILED: { status: 417, title: 'Expectation failed', kept: 'nothing', again: 'corrected' },
} as const satisfies Readonly<
  Record<string, { status: number; title: string; kept: KeptRecords; again: SendAgain }>
>;
export type ProblemCode = keyof typeof PROBLEMS;
export const PROBLEM_CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** The most rejections that an answer lists, and the most ids that it reports. */
export const MAX_LISTED_RECORDS = 1_000;
/** After so many rejections the rest of a request is not read, since whoever sends it is not sending records. */
export const MAX_REJECTED_RECORDS = 1_000;

/**
 * A rejected record of a request with several. Sending it again helps only after TOO_MANY_NEW_DRIVERS, and then later.
 */
export const rejectionSchema = z.strictObject({
  index: z
    .int()
    .min(0)
    .describe('Position among the records of the request, from 0; empty lines are no records'),
  code: z.enum(PROBLEM_CODES).describe('Why it was rejected'),
  errors: z
    .array(fieldErrorSchema)
    .describe('What is wrong; `field` is empty where it is the record as a whole'),
});
export type Rejection = z.infer<typeof rejectionSchema>;

/** The body of every error answer (RFC 9457). */
export const problemSchema = z.strictObject({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int().min(400).max(599).describe('The status of the answer'),
  code: z.enum(PROBLEM_CODES).describe('Stable; what a program should look at'),
  detail: z.string().describe('What happened, for people'),
  errors: z.array(fieldErrorSchema).optional().describe('Only with INVALID_RECORD: every wrong field'),
  rejected: z
    .array(rejectionSchema)
    .optional()
    .describe('Only when a batch was broken off midway, or none of its records was accepted'),
  rejectedCount: z.int().min(0).optional().describe('How many were rejected; `rejected` may list fewer'),
  accepted: z
    .int()
    .min(0)
    .optional()
    .describe('Only where a batch was broken off midway: how many of its records were accepted before'),
  nextIndex: z
    .int()
    .min(0)
    .optional()
    .describe(
      'Beside `accepted`: the position from which to send on; with ids of their own, all may be sent again',
    ),
  checks: z
    .record(z.string(), z.looseObject({ status: z.string() }))
    .optional()
    .describe(
      'Only with NOT_READY: every check with its status (up, degraded or down) and what there is to say',
    ),
});
export type Problem = z.infer<typeof problemSchema>;

/**
 * The answer of `POST /addData` when at least one record was accepted, be it one by itself or of a batch: those are
 * queued durably, but not yet stored.
 */
export const addDataAnswerSchema = z.strictObject({
  accepted: z.int().min(1).describe('How many records were accepted'),
  rejected: z
    .array(rejectionSchema)
    .max(MAX_LISTED_RECORDS)
    .describe('The first 1,000, or fewer where they are very long; empty when there was none'),
  rejectedCount: z.int().min(0).describe('How many were rejected in all'),
  ids: z
    .array(z.uuid())
    .max(MAX_LISTED_RECORDS)
    .optional()
    .describe(
      'Ids of the accepted records, in the order of the request; only for requests of at most 1,000 records',
    ),
  warnings: z
    .array(recordWarningSchema)
    .optional()
    .describe('What is odd about accepted records, one a kind; absent when there is nothing to warn of'),
});
export type AddDataAnswer = z.infer<typeof addDataAnswerSchema>;
